#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "scenarios/json_text.hpp"

namespace lockstep::scenarios {
namespace {

Fault whole_file(std::string message) { return {"", std::move(message)}; }

Fault too_large() {
  return whole_file(fmt::format("is larger than {} MiB", most_file_bytes / (1024 * 1024)));
}

Fault from_errno(int error) {
  if (error == ENOENT) return whole_file("no such file");
  if (error == EISDIR) return whole_file("is a directory");
  return whole_file(fmt::format("cannot be read: {}", std::generic_category().message(error)));
}

struct Close {
  void operator()(std::FILE* stream) const { (void)std::fclose(stream); }
};

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::is_directory(status)) return from_errno(EISDIR);
  if (std::filesystem::is_regular_file(status)) {
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (!error && bytes > most_file_bytes) return too_large();
  }
  const std::unique_ptr<std::FILE, Close> stream(std::fopen(file.c_str(), "rb"));
  if (!stream) return from_errno(errno);

  // A pipe has no size beforehand, so the limit is kept while reading too.
  std::string text;
  constexpr std::size_t block = 64 * 1024;
  std::size_t got = 0;
  do {
    const std::size_t before = text.size();
    text.resize(before + block);
    got = std::fread(text.data() + before, 1, block, stream.get());
    text.resize(before + got);
    if (text.size() > most_file_bytes) return too_large();
  } while (got > 0);
  if (std::ferror(stream.get()) != 0) return from_errno(errno);
  return text;
}

}  // namespace lockstep::scenarios
