#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenarios/json_text.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// A file of the test's own, gone at its end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content)
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep_read_file_test_" + std::to_string(getpid()))) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Fault fault_of(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file);
  REQUIRE(!text.ok());
  return text.faults().at(0);
}

}  // namespace

TEST_CASE("read_file: gives all bytes") {
  std::string content = "a\r\nb";
  content += '\0';
  content += std::string(200'000, 'x');
  const TemporaryFile file(content);
  const Result<std::string> text = read_file(file.path());
  REQUIRE(text.ok());
  CHECK(*text == content);
}

TEST_CASE("read_file: a missing file and a directory are said to be so") {
  CHECK(fault_of("/no/such/file.json") == Fault{"", "no such file"});
  CHECK(fault_of(std::filesystem::temp_directory_path()) == Fault{"", "is a directory"});
}

TEST_CASE("read_file: a file over 64 MiB is refused") {
  const TemporaryFile file("");
  std::filesystem::resize_file(file.path(), 64 * 1024 * 1024 + 1);
  CHECK(fault_of(file.path()) == Fault{"", "is larger than 64 MiB"});
}

TEST_CASE("read_file: a device without end is refused") {
  CHECK(fault_of("/dev/zero") == Fault{"", "is larger than 64 MiB"});
}

TEST_CASE("load_scenario: faults of the file come through, and its name is the scenario's") {
  CHECK(load_scenario("/no/such/file.json").faults() == Faults{{"", "no such file"}});
  const TemporaryFile file(
      R"({"cluster": {"topology": {"kind": "star", "hosts": 2, "link": "ethernet_1g"}},
          "traffic": [{"from": "host0", "to": "host1", "bytes": 1}]})");
  const Result<Scenario> scenario = load_scenario(file.path());
  REQUIRE(scenario.ok());
  CHECK(scenario->name == file.path().stem().string());
}
