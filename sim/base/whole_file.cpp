#include "sim/base/whole_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

namespace lockstep {

namespace {

std::string in_binary_units(std::uintmax_t bytes) {
  constexpr std::uintmax_t mebibyte = std::uintmax_t{1} << 20U;
  constexpr std::uintmax_t gibibyte = std::uintmax_t{1} << 30U;
  if (bytes >= gibibyte) return fmt::format("{} GiB", bytes / gibibyte);
  return fmt::format("{} MiB", bytes / mebibyte);
}

}  // namespace

Result<std::string> read_whole_file(const std::filesystem::path& file, std::uintmax_t most_bytes) {
  const auto fault = [](std::string why) { return Fault{"", std::move(why)}; };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) return fault("there is no such file");
  if (!std::filesystem::is_regular_file(status)) return fault("it is not a file");
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) return fault(error.message());
  if (bytes > most_bytes)
    return fault(fmt::format("it has {} bytes, more than {}", bytes, in_binary_units(most_bytes)));
  std::ifstream stream(file, std::ios::binary);
  std::string text(bytes, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(bytes)))
    return fault("reading failed");
  return text;
}

}  // namespace lockstep
