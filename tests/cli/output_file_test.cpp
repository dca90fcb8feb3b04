#include "cli/output_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/temporary_folder.hpp"

using namespace lockstep::cli;
using lockstep::cli::testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST_CASE("output_file: a file is written and nothing else is left") {
  const TemporaryFolder folder;
  CHECK(write_output_file(folder.file("a.json"), "new\n").empty());
  CHECK(folder.read("a.json") == "new\n");
  CHECK(folder.entries() == 1);
}

TEST_CASE("output_file: an existing file is replaced and keeps its permissions") {
  const TemporaryFolder folder;
  folder.write("a.json", "a much longer text than the new one");
  fs::permissions(folder.file("a.json"), fs::perms(0640));
  CHECK(write_output_file(folder.file("a.json"), "new").empty());
  CHECK(folder.read("a.json") == "new");
  CHECK(fs::status(folder.file("a.json")).permissions() == fs::perms(0640));
  CHECK(folder.entries() == 1);
}

TEST_CASE("output_file: behind a symbolic link, the file is replaced and the link stays") {
  const TemporaryFolder folder;
  folder.write("real.json", "old");
  fs::create_symlink("real.json", folder.file("link.json"));
  CHECK(write_output_file(folder.file("link.json"), "new").empty());
  CHECK(fs::is_symlink(folder.file("link.json")));
  CHECK(folder.read("real.json") == "new");
}

TEST_CASE("output_file: what cannot be written is known beforehand") {
  const TemporaryFolder folder;
  folder.write("plain", "");
  CHECK(check_output_file(folder.file("a.json")).empty());
  CHECK(check_output_file("/dev/full").empty());
  CHECK(check_output_file(folder.file("nowhere/a.json")) == "No such file or directory");
  CHECK(check_output_file(folder.file("plain/a.json")) == "Not a directory");
  CHECK(check_output_file(folder.path().string()) == "Is a directory");
  CHECK(check_output_file("/dev/no_such_device") == "No such file or directory");
  CHECK(folder.entries() == 1);
}

TEST_CASE("output_file: a name that cannot be taken leaves the folder as it was") {
  const TemporaryFolder folder;
  fs::create_directories(folder.file("a.json/inside"));
  CHECK_FALSE(write_output_file(folder.file("a.json"), "new").empty());
  CHECK_FALSE(write_output_file(folder.file("nowhere/a.json"), "new").empty());
  // 300 bytes are more than a name may have: the temporary file exists by then, and is removed.
  CHECK(write_output_file(folder.file(std::string(300, 'a')), "new") == "File name too long");
  CHECK(folder.entries() == 1);
}

TEST_CASE("output_file: a full device is an error") {
  CHECK(write_output_file("/dev/full", "text") == "No space left on device");
}

TEST_CASE("output_file: names of one file are told from names of two") {
  const TemporaryFolder folder;
  folder.write("a", "");
  fs::create_symlink("a", folder.file("b"));
  CHECK(same_file(folder.file("a"), folder.file("./a")));
  CHECK(same_file(folder.file("a"), folder.file("b")));
  CHECK(same_file(folder.file("new"), folder.file("x/../new")));
  CHECK_FALSE(same_file(folder.file("a"), folder.file("new")));
}
