#include "cli/sweep_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/new_file.hpp"
#include "cli/output_place.hpp"

namespace lockstep::cli {

using scenarios::Json;
using Kind = OutputPlace::Kind;

namespace {

// What is wrong with a line; nothing if it is one of the sweep's.
std::string why_not_of(const Json& line, const std::string& identity, std::size_t points) {
  if (!line.is_object() || !line.contains("sweep") || !line["sweep"].is_string() ||
      !line.contains("point") || !line["point"].is_number_unsigned())
    return "is no line of `lockstep sweep`";
  if (line["sweep"] != identity)
    return fmt::format(
        "is of another sweep, {}, not of {}: another scenario, other options or another version",
        line["sweep"].get<std::string>(), identity);
  const auto point = line["point"].get<std::size_t>();
  if (point >= points) return fmt::format("has point {} of {} points", point, points);
  return {};
}

}  // namespace

SweepFile::~SweepFile() {
  if (descriptor_ >= 0 && !is_stream_) close(descriptor_);
}

std::string SweepFile::open(const std::string& file, bool resume) {
  const OutputPlace place = output_place(file);
  path_ = place.path;
  if (place.error != 0) return fmt::format("cannot be written: {}", std::strerror(place.error));
  is_stream_ = place.kind != Kind::file;
  if (is_stream_ && resume) return "has no lines to resume from";
  descriptor_ = place.kind == Kind::descriptor
                    ? place.descriptor
                    : ::open(place.path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) return fmt::format("cannot be written: {}", std::strerror(errno));
  if (is_stream_) return {};
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return "another sweep is writing to it";
  struct stat status = {};
  if (!resume && fstat(descriptor_, &status) == 0 && status.st_size > 0)
    return "there are results in it; --resume finishes them";
  return {};
}

std::string SweepFile::read(const std::string& identity, std::size_t points,
                            const std::function<void(const Json& line)>& take) {
  std::ifstream stream(path_, std::ios::binary);
  std::string text;
  off_t whole = 0;  // bytes of whole lines
  for (std::size_t number = 1; std::getline(stream, text); ++number) {
    if (stream.eof()) {  // without a line's end
      was_cut_short_ = true;
      return ftruncate(descriptor_, whole) == 0 ? "" : std::strerror(errno);
    }
    const Json line = Json::parse(text, nullptr, false);
    const std::string reason = why_not_of(line, identity, points);
    if (!reason.empty()) return fmt::format("line {}: {}", number, reason);
    whole += static_cast<off_t>(text.size()) + 1;
    take(line);
  }
  return {};
}

int SweepFile::write(std::string_view line) const { return write_all(descriptor_, line); }

}  // namespace lockstep::cli
