// Links fitted to printed tables.
#include "models/readers/calibrate/printed_tables.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace lockstep::models {

namespace {

// What all_reduce_perf prints for times of `steps` latencies and a share of the bytes.
std::string nccl_table(int ranks, double latency_us, double gb_per_s, bool with_ranks) {
  std::string text = "# nThread 1 nGpus 4 minBytes 1024 maxBytes 1073741824 step: 4(factor)\n";
  for (int rank = 0; with_ranks && rank < ranks; ++rank)
    text += fmt::format("#  Rank {:2} Group  0 Pid   1234 on    host device {:2} [0x07] A100\n",
                        rank, rank % 8);
  text +=
      "#       size         count      type   redop    root     time   algbw   busbw #wrong     "
      "time "
      "  algbw   busbw #wrong\n"
      "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            "
      "(us) "
      " (GB/s)  (GB/s)       \n";
  const double share = 2.0 * (ranks - 1) / ranks;
  for (double bytes = 1024; bytes <= 1073741824; bytes *= 4) {
    const double us = 2 * (ranks - 1) * latency_us + share * bytes / (gb_per_s * 1e3);
    const double algbw = bytes / us / 1e3;
    text += fmt::format(
        "{:12.0f} {:12.0f} float sum -1 {:9.2f} {:7.2f} {:7.2f} 0 {:9.2f} {:7.2f} "
        "{:7.2f} 0\n",
        bytes, bytes / 4, us, algbw, algbw * share, us, algbw, algbw * share);
  }
  return text + "# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 40.1\n";
}

}  // namespace

TEST_CASE("printed_tables: nccl-tests gives the bus bandwidth and the latency of a step") {
  for (const bool with_ranks : {true, false}) {
    const auto table = read_nccl_tests(nccl_table(8, 4, 92, with_ranks));
    REQUIRE(table.ok());
    CHECK(table->ranks == 8);
    CHECK(table->steps == 14);
    CHECK(table->share == 1.75);
    CHECK(table->rows.size() == 11);
    const auto link = fit_link(*table);
    REQUIRE(link.ok());
    CHECK(link->bytes_per_s == doctest::Approx(92e9).epsilon(0.002));
    CHECK(link->latency_s == doctest::Approx(4e-6).epsilon(0.002));
    CHECK(link->worst < 0.01);
  }
}

TEST_CASE("printed_tables: OSU's latency and bandwidth tests") {
  const std::string text =
      "# OSU MPI Latency Test v5.9\n# Size          Latency (us)\n0  2.00\n1000  2.10\n100000  "
      "12.00\n"
      "1000000  102.00\n\n"
      "# OSU MPI Bandwidth Test v5.9\n# Size      Bandwidth (MB/s)\n1000  400.00\n1000000  "
      "12000.00\n";
  const auto tables = read_osu(text);
  REQUIRE(tables.ok());
  REQUIRE(tables->size() == 2);
  const auto latency = fit_link(tables->at(0));
  REQUIRE(latency.ok());
  CHECK(latency->latency_s == doctest::Approx(2e-6).epsilon(0.01));
  CHECK(latency->bytes_per_s == doctest::Approx(1e10).epsilon(0.01));
  CHECK_FALSE(tables->at(1).tells_latency);
}

TEST_CASE("printed_tables: what is something else is a fault") {
  CHECK(read_nccl_tests("{ \"kind\": \"star\" }").faults().front().message ==
        "is no table of nccl-tests: no line has a size, a count, a type and a time");
  CHECK(read_nccl_tests("").faults().size() == 1);
  CHECK(read_osu("1024 1.5\n").faults().front().message ==
        "is no table of the OSU latency or bandwidth tests");
  CHECK(read_osu("# OSU MPI Allreduce Latency Test v5.9\n# Size Avg Latency(us)\n4 3.2\n")
            .faults()
            .front()
            .message ==
        "is \"OSU MPI Allreduce Latency Test v5.9\"; only latency and bandwidth between two ranks "
        "tell what a link does");
  PrintedTable flat;
  flat.rows = {{1, 1}, {2, 1}};
  CHECK(fit_link(flat).ok() == false);
  flat.rows = {{1, 1}};
  CHECK(fit_link(flat).ok() == false);
}

}  // namespace lockstep::models
