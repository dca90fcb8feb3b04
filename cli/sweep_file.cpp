#include "cli/sweep_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "cli/new_file.hpp"
#include "cli/output_place.hpp"

namespace lockstep::cli {

using scenarios::Json;
using Kind = OutputPlace::Kind;

namespace {

bool has_text(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_string();
}

// Whether a line has what is read of it: the runs of a point, or why it failed.
bool is_whole(const Json& line) {
  if (line.contains("files") && !line["files"].is_object()) return false;
  if (!line.contains("runs")) return has_text(line, "error");
  return line["runs"].is_array() && std::ranges::all_of(line["runs"], [](const Json& run) {
           if (!run.is_object() || !has_text(run, "label")) return false;
           if (run.contains("error") && !has_text(run, "error")) return false;
           return (!run.contains("samples_per_s") || run["samples_per_s"].is_number()) &&
                  (!run.contains("fits_in_memory") || run["fits_in_memory"].is_boolean());
         });
}

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
  if (!is_whole(line)) return "is damaged";
  return {};
}

// Whether a text without a line's end can be the begin of one of the sweep's lines.
bool can_begin_line(std::string_view text, const std::string& identity) {
  const std::string begin = fmt::format(R"({{"sweep":"{}",)", identity);
  return text.starts_with(begin) || std::string_view(begin).starts_with(text);
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
  if (place.kind == Kind::descriptor) {
    descriptor_ = place.descriptor;
    return {};
  }
  if (std::string error = open_file(); !error.empty()) return error;
  struct stat status = {};
  if (!is_stream_ && !resume && fstat(descriptor_, &status) == 0 && status.st_size > 0)
    return "there are results in it; --resume finishes them";
  return {};
}

// And locks it.
std::string SweepFile::open_file() {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) return fmt::format("cannot be written: {}", std::strerror(errno));
  if (!is_stream_ && flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
    return "another sweep is writing to it";
  return {};
}

std::string SweepFile::read(const std::string& identity, std::size_t points,
                            const std::function<bool(const Json& line)>& take) {
  std::ifstream stream(path_, std::ios::binary);
  std::string text;
  std::streamoff whole = 0;  // bytes of whole lines
  std::vector<Part> kept;    // neighbours are one part
  std::streamoff kept_bytes = 0;
  for (std::size_t number = 1; std::getline(stream, text); ++number) {
    if (stream.eof()) {  // without a line's end
      if (!can_begin_line(text, identity))
        return fmt::format("line {}: is no line of `lockstep sweep`, or of another one", number);
      was_cut_short_ = true;
      if (ftruncate(descriptor_, whole) != 0) return std::strerror(errno);
      break;
    }
    const Json line = Json::parse(text, nullptr, false);
    const std::string reason = why_not_of(line, identity, points);
    if (!reason.empty()) return fmt::format("line {}: {}", number, reason);
    const std::streamoff begin = whole;
    whole += static_cast<std::streamoff>(text.size()) + 1;
    if (!take(line)) continue;
    if (kept.empty() || kept.back().end < begin) kept.push_back({begin, begin});
    kept.back().end = whole;
    kept_bytes += whole - begin;
  }
  return kept_bytes < whole ? keep_only(kept) : "";
}

// The file is replaced by one that has nothing else.
std::string SweepFile::keep_only(const std::vector<Part>& parts) {
  constexpr std::streamoff most_at_once = 1 << 26;
  std::ifstream stream(path_, std::ios::binary);
  NewFile file(path_);
  for (const Part& part : parts)
    for (std::streamoff begin = part.begin; begin < part.end; begin += most_at_once) {
      std::string text(static_cast<std::size_t>(std::min(most_at_once, part.end - begin)), '\0');
      stream.seekg(begin);
      if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())))
        return "cannot be read";
      file.fill(text);
    }
  file.take_name();
  if (file.error() != 0) return fmt::format("cannot be written: {}", std::strerror(file.error()));
  // The lock of the old file holds until this one is locked.
  const int before = descriptor_;
  std::string error = open_file();
  close(before);
  return error;
}

int SweepFile::write(std::string_view line) const { return write_all(descriptor_, line); }

}  // namespace lockstep::cli
