// Pages and traces, from outside.
#include "cli/report_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("quick.json", R"({
      "name": "quick",
      "model": { "layers": 2, "width": 64 },
      "training": { "batch_per_worker": 8, "iterations": 2 },
      "data": { "kind": "digits" },
      "cluster": { "topology": { "kind": "star", "hosts": 4,
                                 "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
                   "device": { "flops": "1 TFLOP/s" } },
      "algorithms": [ { "kind": "sgd" }, { "kind": "sync_sgd" } ]
    })");
    folder.write("flows.json", R"({
      "name": "flows",
      "cluster": { "topology": { "kind": "star", "hosts": 2,
                                 "link": { "bandwidth": "8 Mbit/s", "latency": 0 } } },
      "traffic": [ { "from": "host0", "to": "host1", "bytes": 1000000, "start": 0 } ]
    })");
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const {
    return ChildProgram(arguments, folder.path()).wait();
  }
  // The data of a page that was written.
  [[nodiscard]] Json data(const std::string& file) const {
    const std::string page = folder.read(file);
    const std::string open = R"(id="data">)";
    const std::size_t begin = page.find(open) + open.size();
    return Json::parse(page.substr(begin, page.find("</script>", begin) - begin), nullptr, false);
  }
};

}  // namespace

TEST_CASE("report_files: --html writes a page whose report is that of -o") {
  const Workplace place;
  const Ended run = place.run({"run", "quick.json", "--html", "page.html", "-o", "report.json"});
  CHECK(run.code == 0);
  CHECK(run.errors.empty());
  CHECK(run.output.find("sync_sgd") != std::string::npos);
  CHECK(place.folder.read("page.html").starts_with("<!doctype html>"));
  const Json data = place.data("page.html");
  REQUIRE(data.size() == 1);
  CHECK(data[0]["report"] == Json::parse(place.folder.read("report.json"), nullptr, false));
  CHECK(data[0]["runs"][1].contains("timeline"));
}

TEST_CASE("report_files: the page changes nothing in the report, and is the same every time") {
  const Workplace place;
  CHECK(place.run({"run", "quick.json", "-o", "plain.json"}).code == 0);
  CHECK(place.run({"run", "quick.json", "-o", "a.json", "--html", "a.html"}).code == 0);
  CHECK(place.run({"run", "quick.json", "--html", "b.html"}).code == 0);
  CHECK(place.folder.read("plain.json") == place.folder.read("a.json"));
  CHECK(place.folder.read("a.html") == place.folder.read("b.html"));
}

TEST_CASE("report_files: --critical-path adds to tables and report; pages have it anyway") {
  const Workplace place;
  const Ended plain = place.run({"run", "quick.json", "-o", "plain.json"});
  const Ended path = place.run({"run", "quick.json", "--critical-path", "-o", "path.json"});
  CHECK(path.code == 0);
  CHECK(plain.output.find("critical path") == std::string::npos);
  CHECK(path.output.find("saving if 10 % better") != std::string::npos);
  Json report = Json::parse(place.folder.read("path.json"), nullptr, false);
  const Json without = Json::parse(place.folder.read("plain.json"), nullptr, false);
  for (Json& run : report["runs"]) {
    CHECK(run["critical_path"]["improvements"].size() >= 1);
    run.erase("critical_path");
  }
  CHECK(report == without);
  for (const std::string command : {"run", "train"}) {
    CAPTURE(command);
    CHECK(place.run({command, "quick.json", "--html", "page.html"}).code == 0);
    const Json on_page = place.data("page.html")[0]["runs"][0]["critical_path"];
    CHECK(on_page["activities"] > 0);
    // Without being asked, a page does not simulate better clusters.
    CHECK(on_page["improvements"][0].contains("predicted_makespan_s"));
    CHECK_FALSE(on_page["improvements"][0].contains("simulated_makespan_s"));
  }
  const Ended trained = place.run({"train", "quick.json", "--critical-path"});
  CHECK(trained.output.find("saving if 10 % better") != std::string::npos);
}

TEST_CASE("report_files: --timeline shows each rank, without colours into a pipe") {
  const Workplace place;
  for (const std::string command : {"run", "train"}) {
    const Ended ended = place.run({command, "quick.json", "--timeline"});
    CAPTURE(command);
    CHECK(ended.code == 0);
    CHECK(ended.output.find("timeline of ") != std::string::npos);
    CHECK(ended.output.find("\n  rank 3 ") != std::string::npos);
    CHECK(ended.output.find('\033') == std::string::npos);
  }
}

TEST_CASE("report_files: cost, train and execute write pages too, and several scenarios one") {
  const Workplace place;
  CHECK(place.run({"cost", "quick.json", "--html", "cost.html"}).code == 0);
  CHECK_FALSE(place.data("cost.html")[0]["runs"][0].contains("timeline"));
  for (const std::string command : {"train", "execute"}) {
    CAPTURE(command);
    CHECK(place.run({command, "quick.json", "--html", "page.html"}).code == 0);
    CHECK(place.data("page.html")[0]["runs"].size() == 2);
    CHECK(place.data("page.html")[0]["runs"][0].contains("timeline") == (command == "train"));
  }
  CHECK(place.run({"run", "quick.json", "flows.json", "--html", "both.html"}).code == 0);
  CHECK(place.data("both.html").size() == 2);
  CHECK(place.data("both.html")[1]["report"]["traffic"].size() == 1);
}

TEST_CASE("report_files: --html - and --trace - write to stdout, and nothing else does") {
  const Workplace place;
  CHECK(place.run({"run", "quick.json", "--html", "-"}).output.starts_with("<!doctype html>"));
  const Ended trace = place.run({"run", "quick.json", "--trace", "-"});
  CHECK(trace.code == 0);
  const Json events = Json::parse(trace.output, nullptr, false);
  CHECK(events["traceEvents"].size() > 20);
}

TEST_CASE("report_files: a trace of a training has its losses") {
  const Workplace place;
  CHECK(place.run({"train", "quick.json", "--trace", "trace.json"}).code == 0);
  CHECK(place.folder.read("trace.json").find(R"({"ph":"C","name":"loss")") != std::string::npos);
}

TEST_CASE("report_files: closed forms and real runs have no trace") {
  const Workplace place;
  for (const std::string command : {"cost", "execute"}) {
    CAPTURE(command);
    CHECK(place.run({command, "quick.json", "--trace", "trace.json"}).code == 2);
  }
  CHECK(place.folder.entries() == 2);
}

TEST_CASE("report_files: one file by two names, links included, is refused") {
  const Workplace place;
  const auto refused = [&](const std::vector<std::string>& arguments) {
    CAPTURE(arguments.back());
    const Ended ended = place.run(arguments);
    CHECK(ended.code == 2);
    CHECK(ended.errors.find("must not be the same file") != std::string::npos);
  };
  fs::create_symlink("out", place.folder.file("link"));
  refused({"run", "quick.json", "-o", "out", "--csv", "link"});
  place.folder.write("out", "old");
  fs::create_hard_link(place.folder.file("out"), place.folder.file("hard"));
  refused({"run", "quick.json", "-o", "out", "--csv", "hard"});
  refused({"run", "quick.json", "-o", "-", "--csv", "/dev/stdout"});
  refused({"execute", "quick.json", "-o", "out", "--order", "link"});
  CHECK(place.folder.read("out") == "old");
  CHECK(place.run({"train", "quick.json", "--replay", "out", "-o", "link"}).code == 2);
  CHECK(place.folder.read("out") == "old");
}

TEST_CASE("report_files: where space ends the old file stays, and the code is 3") {
  const Workplace place;
  place.folder.write("out", "old");
  // Files of at most 512 bytes.
  ChildProgram child(
      {"-c", "ulimit -f 1; exec \"$0\" run quick.json -o out", lockstep::testing::program_path()},
      place.folder.path(), "", "sh");
  const Ended ended = child.wait();
  CHECK(ended.code == 3);
  CHECK(ended.errors == "lockstep: out: cannot be written: File too large\n");
  CHECK(place.folder.read("out") == "old");
  CHECK(place.folder.entries() == 3);
}

TEST_CASE("report_files: two files of one name are refused, whichever they are") {
  const Workplace place;
  const Ended same = place.run({"run", "quick.json", "--html", "x", "--trace", "./x"});
  CHECK(same.code == 2);
  CHECK(same.errors.find("--html and --trace: must not be the same file, found ./x") !=
        std::string::npos);
  CHECK(place.run({"run", "quick.json", "--html", "quick.json"}).code == 2);
  CHECK(place.run({"run", "quick.json", "--html", ""}).code == 2);
  CHECK(place.run({"run", "quick.json", "--html", "nowhere/x"}).code == 3);
  CHECK(place.folder.entries() == 2);
}
