// --csv of every command that has it, and --csv-points: the figures of the report, in rows.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

namespace {

const std::string scenario = R"({
  "name": "small",
  "model": { "layers": 3, "width": 64 },
  "data": "digits",
  "training": { "batch_per_worker": 8, "iterations": 20, "learning_rate": 0.1,
                "target_accuracy": 0.3 },
  "cluster": { "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" },
               "device": { "flops": "1 TFLOP/s" } },
  "algorithms": [ "sync_sgd", "async_sgd" ]
})";

using Row = std::map<std::string, std::string>;

// The cells of a line, some of which may be in quotes.
Texts cells_of(const std::string& line) {
  Texts cells(1);
  bool quoted = false;
  for (const char character : line)
    if (character == '"')
      quoted = !quoted;
    else if (character == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += character;
  return cells;
}

std::vector<Row> rows_of(const std::string& csv) {
  std::vector<Row> rows;
  Texts names;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    REQUIRE(line.ends_with('\r'));
    line.pop_back();
    const Texts cells = cells_of(line);
    if (names.empty()) {
      names = cells;
      continue;
    }
    REQUIRE(cells.size() == names.size());
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = cells[i];
  }
  return rows;
}

struct Workplace {
  TemporaryFolder folder;

  Workplace() { folder.write("small.json", scenario); }
  // Whether all went well.
  [[nodiscard]] bool run(const Texts& arguments) const {
    const Ended ended = ChildProgram(arguments, folder.path()).wait();
    CAPTURE(ended.errors);
    CHECK(ended.code == 0);
    return ended.code == 0;
  }
  [[nodiscard]] std::vector<Row> rows(const std::string& file) const {
    return rows_of(folder.read(file));
  }
  [[nodiscard]] Json json(const std::string& file) const { return Json::parse(folder.read(file)); }
};

}  // namespace

TEST_CASE("csv: train has the loss and the accuracy at the end, and the time to the target") {
  const Workplace here;
  REQUIRE(here.run({"train", "small.json", "--csv", "t.csv", "--csv-points", "points.csv", "-o",
                    "t.json", "--points", "7"}));
  const auto rows = here.rows("t.csv");
  const auto points = here.rows("points.csv");
  const Json runs = here.json("t.json")["runs"];
  REQUIRE(rows.size() == 2);
  std::size_t at = 0;
  for (std::size_t run = 0; run < 2; ++run) {
    const Row& row = rows[run];
    const Json& loss = runs[run]["loss"];
    CHECK(row.at("label") == runs[run]["label"].get<std::string>());
    CHECK(std::stod(row.at("final_loss")) == loss["loss"].back());
    CHECK(std::stod(row.at("final_accuracy")) == loss["accuracy"].back());
    CHECK(row.at("target_accuracy") == "0.3");
    CHECK(row.at("diverged") == "false");
    REQUIRE(loss["target"]["reached"] == true);
    CHECK(std::stod(row.at("time_to_target_s")) == loss["target"]["time_s"]);
    CHECK(std::stoll(row.at("samples_to_target")) == loss["target"]["samples"]);
    for (std::size_t i = 0; i < loss["loss"].size(); ++i) {
      REQUIRE(at < points.size());
      const Row& point = points[at++];
      CHECK(point.at("label") == runs[run]["label"].get<std::string>());
      CHECK(std::stod(point.at("time_s")) == loss["time_s"][i]);
      CHECK(std::stoll(point.at("samples")) == loss["samples"][i]);
      CHECK(std::stoll(point.at("iterations")) == loss["iterations"][i]);
      CHECK(std::stod(point.at("loss")) == loss["loss"][i]);
      CHECK(std::stod(point.at("accuracy")) == loss["accuracy"][i]);
    }
  }
  CHECK(at == points.size());
  CHECK(points.size() >= 14);
}

TEST_CASE("csv: without a target, and where nothing is trained, there is no figure for it") {
  const Workplace here;
  Json plain = Json::parse(scenario);
  plain["training"].erase("target_accuracy");
  here.folder.write("plain.json", plain.dump());
  REQUIRE(here.run({"train", "plain.json", "--csv", "t.csv"}));
  const auto rows = here.rows("t.csv");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].at("target_accuracy").empty());
  CHECK(rows[0].at("time_to_target_s").empty());
  CHECK_FALSE(rows[0].at("final_loss").empty());
  REQUIRE(here.run({"run", "plain.json", "--csv", "r.csv"}));
  CHECK_FALSE(here.rows("r.csv")[0].contains("final_loss"));
}

TEST_CASE("csv: what --set and --seed vary is a column of every command's rows") {
  const Workplace here;
  const Texts set = {"--set", "/model/width=96", "--set",  "/cluster/topology/link=infiniband_ndr",
                     "--set", "/model/width=80", "--seed", "7",
                     "-q"};
  for (const std::string command : {"run", "cost", "train", "execute"}) {
    CAPTURE(command);
    Texts arguments = {command, "small.json", "--csv", "out.csv"};
    arguments.insert(arguments.end(), set.begin(), set.end());
    REQUIRE(here.run(arguments));
    const auto rows = here.rows("out.csv");
    REQUIRE(rows.size() == 2);
    for (const Row& row : rows) {
      CHECK(row.at("/model/width") == "80");
      CHECK(row.at("/cluster/topology/link") == "infiniband_ndr");
      CHECK(row.at("/training/seed") == "7");
    }
    CHECK(here.folder.read("out.csv").find(
              ",/model/width,/cluster/topology/link,/training/seed\r\n") != std::string::npos);
  }
}

TEST_CASE("csv: check has what it compared, and what was learnt") {
  const Workplace here;
  here.folder.write("machine.json", R"({
    "schema": 1,
    "machine": { "processor": "Example 1000", "cores": 2, "pulse": 0.001 },
    "device": { "flops": 1e10 },
    "transports": { "threads": { "link": { "bandwidth": 1e12, "latency": 1e-5 },
                                 "endpoint": { "eager": true } } } })");
  REQUIRE(here.run({"check", "small.json", "--machine", "machine.json", "--tolerance", "1e9",
                    "--repeat", "1", "--csv", "c.csv", "-o", "c.json", "--set",
                    "/training/iterations=30"}));
  const auto rows = here.rows("c.csv");
  const Json runs = here.json("c.json")["runs"];
  REQUIRE(rows.size() == 2);
  for (std::size_t run = 0; run < 2; ++run) {
    const Row& row = rows[run];
    CHECK(row.at("label") == runs[run]["label"].get<std::string>());
    CHECK(row.at("counts") == "equal");
    CHECK(std::stod(row.at("measured_s")) == runs[run]["measured_s"]);
    CHECK(std::stod(row.at("simulated_s")) == runs[run]["simulated_s"]);
    CHECK(std::stod(row.at("final_loss")) < 2.31);  // ln 10, for ten classes that are guessed
    CHECK(std::stod(row.at("final_accuracy")) > 0.3);
    CHECK(std::stod(row.at("time_to_target_s")) > 0);
    CHECK(std::stod(row.at("time_to_target_s")) <= std::stod(row.at("simulated_s")));
    CHECK(row.at("/training/iterations") == "30");
  }
  REQUIRE(here.run({"check", "--simulate-only", "small.json", "--csv", "s.csv", "-o", "s.json",
                    "--set", "/training/iterations=30"}));
  const auto claims = here.rows("s.csv");
  const Json checked = here.json("s.json")["runs"];
  REQUIRE(claims.size() == 2);
  CHECK(claims[0].at("time_is") == "exact");
  CHECK(claims[0].at("time_holds") == "true");
  CHECK(claims[1].at("algorithm") == "async_sgd");
  CHECK(std::stod(claims[1].at("simulated_s")) == checked[1]["simulated_s"]);
  CHECK(claims[1].at("/training/iterations") == "30");
}

TEST_CASE("csv: docs/csv.md tells of every column") {
  const Workplace here;
  const std::string text =
      lockstep::testing::read_text(lockstep::testing::source_folder() / "docs/csv.md");
  const auto check_names = [&](const std::string& file) {
    const std::vector<Row> rows = here.rows(file);
    for (const auto& [name, value] : rows.front()) {
      CAPTURE(name);
      CHECK(text.find("`" + name + "`") != std::string::npos);
    }
  };
  REQUIRE(here.run({"run", "small.json", "--csv", "r.csv", "--replicates", "2"}));
  REQUIRE(here.run({"train", "small.json", "--csv", "t.csv", "--csv-points", "p.csv"}));
  REQUIRE(here.run({"check", "small.json", "--simulate-only", "--csv", "c.csv"}));
  for (const char* file : {"r.csv", "t.csv", "p.csv", "c.csv"}) check_names(file);
}
