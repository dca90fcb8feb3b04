#include "cli/new_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::NewFile;
using lockstep::cli::testing::TemporaryFolder;

namespace {

// Whether the folder's file system has files without names.
bool has_nameless_files(const TemporaryFolder& folder) {
  const int descriptor = open(folder.path().c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
  if (descriptor >= 0) close(descriptor);
  return descriptor >= 0;
}

}  // namespace

TEST_CASE("new_file: a program that is killed while it writes leaves nothing") {
  const TemporaryFolder folder;
  if (!has_nameless_files(folder)) return;
  NewFile file(folder.file("a.json"));
  file.fill("half of it, and the other half");
  // What a killed program would leave: nothing of this process has run since.
  CHECK(folder.entries() == 0);
  file.take_name();
  CHECK(file.error() == 0);
  CHECK(folder.entries() == 1);
  CHECK(folder.read("a.json") == "half of it, and the other half");
}

TEST_CASE("new_file: in the place of an existing file, which stays until the new one is whole") {
  const TemporaryFolder folder;
  folder.write("a.json", "old");
  {
    NewFile given_up(folder.file("a.json"));
    given_up.fill("never named");
    CHECK(folder.read("a.json") == "old");
  }
  CHECK(folder.read("a.json") == "old");
  NewFile file(folder.file("a.json"));
  file.fill("new");
  file.take_name();
  CHECK(file.error() == 0);
  CHECK(folder.read("a.json") == "new");
  CHECK(folder.entries() == 1);
}
