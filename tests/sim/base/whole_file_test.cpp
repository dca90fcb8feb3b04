#include "sim/base/whole_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace lockstep {
namespace {

namespace fs = std::filesystem;

std::string fault_of(const fs::path& file, std::uintmax_t most_bytes) {
  const auto read = read_whole_file(file, most_bytes);
  return read ? std::string("no fault") : read.faults().front().message;
}

TEST_CASE("whole_file: all bytes are there, or a reason why not") {
  const fs::path file = fs::temp_directory_path() / "lockstep_whole_file_test";
  constexpr std::size_t mebibyte = std::size_t{1} << 20U;
  std::string bytes(mebibyte + 1, '\0');
  bytes.back() = 'x';
  std::ofstream(file, std::ios::binary) << bytes;
  CHECK(*read_whole_file(file, 2 * mebibyte) == bytes);
  CHECK(fault_of(file, mebibyte) == "it has 1048577 bytes, more than 1 MiB");
  fs::remove(file);
  CHECK(fault_of(file, mebibyte) == "there is no such file");
  CHECK(fault_of(fs::temp_directory_path(), mebibyte) == "it is not a file");
}

}  // namespace
}  // namespace lockstep
