#include "tests/fuzz/targets/input_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace lockstep::fuzz {

namespace {

std::filesystem::path new_folder() {
  std::error_code error;
  const std::filesystem::path memory = "/dev/shm";
  const bool there = std::filesystem::is_directory(memory, error);
  std::string name = (there ? memory : std::filesystem::temp_directory_path()) / "fuzz_XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

}  // namespace

InputFile::InputFile(const char* name) : folder_(new_folder()), file_(folder_ / name) {}

InputFile::~InputFile() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

const std::filesystem::path& InputFile::holding(std::span<const std::uint8_t> bytes) const {
  std::FILE* stream = std::fopen(file_.c_str(), "wb");
  if (stream == nullptr) std::abort();
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size();
  if (std::fclose(stream) != 0 || !written) std::abort();
  return file_;
}

}  // namespace lockstep::fuzz
