#include "cli/output_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "cli/output_place.hpp"
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
  // 300 bytes are more than a name may have.
  CHECK(write_output_file(folder.file(std::string(300, 'a')), "new") == "File name too long");
  CHECK(folder.entries() == 1);
}

TEST_CASE("output_file: shared memory's folder is one like others") {
  const std::string file = "/dev/shm/lockstep_test_" + std::to_string(getpid());
  if (!fs::is_directory("/dev/shm")) return;
  CHECK(check_output_file(file).empty());
  CHECK(write_output_file(file, "a longer text").empty());
  CHECK(write_output_file(file, "short").empty());
  CHECK(fs::file_size(file) == 5);  // replaced, not appended to
  CHECK(is_replaced_whole(file));
  fs::remove(file);
}

TEST_CASE("output_file: a link that leads nowhere yet is followed, a ring of links refused") {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("sub"));
  fs::create_symlink("sub/new.json", folder.file("link"));
  CHECK(check_output_file(folder.file("link")).empty());
  CHECK(write_output_file(folder.file("link"), "new").empty());
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(folder.read("sub/new.json") == "new");
  fs::create_symlink("one", folder.file("other"));
  fs::create_symlink("other", folder.file("one"));
  CHECK(check_output_file(folder.file("one")) == "Too many levels of symbolic links");
  CHECK(write_output_file(folder.file("one"), "new") == "Too many levels of symbolic links");
  fs::create_symlink("nowhere/new.json", folder.file("lost"));
  CHECK(check_output_file(folder.file("lost")) == "No such file or directory");
}

TEST_CASE("output_file: a pipe gets the text, and is not replaced") {
  const TemporaryFolder folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  CHECK_FALSE(is_replaced_whole(pipe));
  CHECK(check_output_file(pipe).empty());
  CHECK(write_output_file(pipe, "text").empty());
  std::array<char, 16> got{};
  CHECK(read(reader, got.data(), got.size()) == 4);
  close(reader);
  CHECK(fs::is_fifo(pipe));
}

TEST_CASE("output_file: a stream that is open already is written to as it is") {
  const TemporaryFolder folder;
  const int file = open(folder.file("log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(write(file, "before ", 7) == 7);
  const std::string name = "/dev/fd/" + std::to_string(file);
  CHECK(check_output_file(name).empty());
  CHECK(write_output_file(name, "text").empty());
  close(file);
  CHECK(folder.read("log") == "before text");
  const int reader = open(folder.file("log").c_str(), O_RDONLY | O_CLOEXEC);
  CHECK(check_output_file("/proc/self/fd/" + std::to_string(reader)) == "Bad file descriptor");
  close(reader);
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
  fs::create_symlink("new", folder.file("leads_to_new"));
  CHECK(same_file(folder.file("new"), folder.file("leads_to_new")));
  fs::create_hard_link(folder.file("a"), folder.file("hard"));
  CHECK(same_file(folder.file("a"), folder.file("hard")));
  CHECK(same_file("-", "/dev/stdout"));
}
