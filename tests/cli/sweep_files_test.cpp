// Files that only some points of a sweep read: lines hold as long as what was in them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/files_of_points.hpp"
#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* scenario = R"({
  "model": { "layers": 4, "width": 64 },
  "training": { "batch_per_worker": 16, "iterations": 3 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" },
    "device": { "flops": "10 TFLOP/s" },
    "slowdown": { "distribution": "trace", "file": "plain.txt" } },
  "sweep": { "/cluster/slowdown/file": ["plain.txt", "one.txt", "two.txt"],
             "/model/width": [64, 96] },
  "algorithm": "sync_sgd"
})";

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("s.json", scenario);
    folder.write("plain.txt", "1 1\n");
    folder.write("one.txt", "1 2\n");
    folder.write("two.txt", "2 2\n");
  }
  [[nodiscard]] Ended sweep(const std::string& file, bool resume = false) const {
    Lines arguments = {"sweep", "s.json", "-q", "-o", file};
    if (resume) arguments.emplace_back("--resume");
    return ChildProgram(arguments, folder.path()).wait();
  }
  [[nodiscard]] Lines lines(const std::string& file) const {
    std::istringstream stream(folder.read(file));
    Lines lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }
};

}  // namespace

TEST_CASE("sweep files: a line says what was in the files that only its point reads") {
  const Workplace here;
  REQUIRE(here.sweep("out.jsonl").code == 0);
  const Lines lines = here.lines("out.jsonl");
  REQUIRE(lines.size() == 6);
  for (const std::string& text : lines) {
    const Json line = Json::parse(text);
    const std::string file = line["at"]["/cluster/slowdown/file"];
    // The first digits that `printf '1 2\n' | sha256sum` prints, and likewise.
    const std::string digits = file == "one.txt" ? "f251ddc12234e0da" : "f65ceaae246de021";
    CAPTURE(text);
    if (file == "plain.txt")
      CHECK_FALSE(line.contains("files"));  // the scenario's own: all lines are of its content
    else
      CHECK(line["files"] == Json{{file, digits}});
  }
}

TEST_CASE("sweep files: where a file has changed, --resume runs its points again") {
  const Workplace here;
  REQUIRE(here.sweep("out.jsonl").code == 0);
  const Lines before = here.lines("out.jsonl");
  const Ended same = here.sweep("out.jsonl", true);
  CHECK(same.code == 0);
  CHECK(same.errors.empty());
  CHECK(here.lines("out.jsonl") == before);
  here.folder.write("two.txt", "3 3\n");
  const Ended again = here.sweep("out.jsonl", true);
  CHECK(again.code == 0);
  CHECK(again.errors ==
        "lockstep: out.jsonl: 2 of its lines are not of what is in two.txt now; their points run "
        "again\n");
  REQUIRE(here.sweep("new.jsonl").code == 0);
  CHECK(here.lines("out.jsonl") == here.lines("new.jsonl"));
  CHECK(here.lines("out.jsonl") != before);
}

TEST_CASE("sweep files: a file that was missing and is there now, or the other way round, counts") {
  const Workplace here;
  unlink(here.folder.file("one.txt").c_str());
  CHECK(here.sweep("out.jsonl").code == 1);
  here.folder.write("one.txt", "1 2\n");
  CHECK(here.sweep("out.jsonl", true).code == 0);
  REQUIRE(here.sweep("new.jsonl").code == 0);
  CHECK(here.lines("out.jsonl") == here.lines("new.jsonl"));
  unlink(here.folder.file("two.txt").c_str());
  CHECK(here.sweep("out.jsonl", true).code == 1);
}

// As a version wrote them that did not look into these files.
TEST_CASE("sweep files: a line that does not say what its files held is run again") {
  const Workplace here;
  REQUIRE(here.sweep("new.jsonl").code == 0);
  std::string old;
  for (const std::string& text : here.lines("new.jsonl")) {
    Json line = Json::parse(text);
    line.erase("files");
    old += line.dump() + "\n";
  }
  here.folder.write("old.jsonl", old);
  const Ended ended = here.sweep("old.jsonl", true);
  CHECK(ended.code == 0);
  CHECK(ended.errors.find("4 of its lines are not of what is in one.txt, two.txt now") !=
        std::string::npos);
  CHECK(here.lines("old.jsonl") == here.lines("new.jsonl"));
}

TEST_CASE("sweep files: another content of a file that all points read makes another sweep") {
  const Workplace here;
  REQUIRE(here.sweep("out.jsonl").code == 0);
  here.folder.write("plain.txt", "1 3\n");
  const Ended ended = here.sweep("out.jsonl", true);
  CHECK(ended.code == 2);
  CHECK(ended.errors.find("is of another sweep") != std::string::npos);
}

TEST_CASE("sweep files: presets, machines, graphs and traces are files; data sets are not read") {
  using lockstep::scenarios::file_names_in;
  const Json document = Json::parse(R"({
    "presets": "p.json",
    "data": { "kind": "mnist", "file": "images", "machine": "none" },
    "cluster": { "machine": "m.json", "slowdown": { "file": "t.txt" } },
    "algorithms": ["sgd", { "kind": "sync_sgd", "topology": { "kind": "custom", "file": "g.dot" } }]
  })");
  CHECK(file_names_in(document) == std::set<std::string>{"g.dot", "m.json", "p.json", "t.txt"});
  CHECK(file_names_in(Json::parse(R"({"cluster": "dgx_a100 x 4", "presets": {}})")).empty());
}
