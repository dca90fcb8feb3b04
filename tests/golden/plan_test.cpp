// The plan that ships: its report, byte for byte, and what its description says is to be seen in
// it.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/cli/child_program.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

namespace {

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::testing::read_text;
using Json = nlohmann::ordered_json;

const std::filesystem::path repository = lockstep::testing::source_folder();

Json kept() { return Json::parse(read_text(repository / "tests/golden/plan.json"))["plan"]; }

}  // namespace

TEST_CASE("golden: the shipped plan gives the report that is kept for it") {
  const Ended plan =
      ChildProgram({"plan", "scenarios/plan.json", "-o", "-", "-j", "2"}, repository).wait();
  CHECK(plan.code == 0);
  CHECK(plan.errors.empty());
  CHECK(plan.output == read_text(repository / "tests/golden/plan.json"));
}

TEST_CASE("golden: plan: a pipeline is fastest, divided tensors save a quarter of the memory") {
  const Json rows = kept()["rows"];
  REQUIRE(rows.size() >= 2);
  CHECK(rows[0]["algorithm"] == "zb_h1");
  CHECK(rows[0]["options"]["micro_batches"] == 8);
  CHECK(rows[1]["algorithm"] == "three_d_parallel");
  CHECK(rows[1]["options"]["tensor_parallel"] == 2);
  CHECK(rows[1]["options"]["pipeline_parallel"] == 8);
  const auto ratio = [&](const char* figure) {
    return rows[1][figure].get<double>() / rows[0][figure].get<double>();
  };
  CHECK(ratio("memory_bytes_of_fullest_host") == doctest::Approx(0.75).epsilon(0.03));
  CHECK(ratio("time_per_sample_s") == doctest::Approx(1.15).epsilon(0.03));
}

TEST_CASE("golden: plan: no whole copy of the model fits, and sharded ones are on no front") {
  // 24 (8192^2 + 8192) parameters of 16 bytes each are 25.8 GB, of 16 GiB.
  std::set<std::string> kinds;
  const Json plan = kept();
  for (const Json& row : plan["rows"]) {
    kinds.insert(row["algorithm"].get<std::string>());
    CHECK(row["memory_bytes_of_fullest_host"] < 17179869184);
  }
  CHECK(kinds == std::set<std::string>{"three_d_parallel", "zb_h1"});
  const Json& counts = plan["candidates"];
  CHECK(counts["more_than_memory"] > 0);
  CHECK(counts["failed"] == 0);
  CHECK(counts["left"] == 0);
  // Of what fits, far more is pruned than simulated.
  CHECK(counts["pruned"] > 3 * counts["simulated"].get<int>());
}
