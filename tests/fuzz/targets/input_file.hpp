// What a fuzzer made up, as a file in memory: readers are called as the program calls them, file
// sizes, missing ends and all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace lockstep::fuzz {

class InputFile {
 public:
  // `name` says the format by its ending. The file is gone with the process.
  explicit InputFile(const char* name);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] const std::filesystem::path& holding(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

}  // namespace lockstep::fuzz
