#include "cli/output_place.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

namespace lockstep::cli {

namespace fs = std::filesystem;

namespace {

using Kind = OutputPlace::Kind;

// The number that a name of this program's own list of open streams has; -1 if it is none.
int own_descriptor(const fs::path& path) {
  if (path.parent_path() != fmt::format("/proc/{}/fd", getpid())) return -1;
  const std::string name = path.filename().string();
  int descriptor = -1;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, descriptor);
  return error == std::errc{} && stop == end ? descriptor : -1;
}

OutputPlace nowhere(std::string name, int error) {
  return {Kind::file, std::move(name), -1, error};
}

// The name without links in its folder's path; the last step may be a link.
fs::path with_real_folder(const fs::path& path, std::error_code& error) {
  const fs::path folder = path.parent_path();
  return fs::canonical(folder.empty() ? "." : folder, error) / path.filename();
}

bool is_device(const fs::path& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

}  // namespace

OutputPlace output_place(const std::string& name) {
  if (name == "-") return {Kind::descriptor, name, STDOUT_FILENO, 0};
  constexpr int most_links = 40;  // as the kernel
  fs::path path = name;
  for (int links = 0; links <= most_links; ++links) {
    std::error_code error;
    path = with_real_folder(path, error);
    if (error) return nowhere(name, error.value());
    const std::string text = path.string();
    const int descriptor = own_descriptor(path);
    if (descriptor >= 0) return {Kind::descriptor, text, descriptor, 0};
    if (text.starts_with("/proc/")) return {Kind::device, text, -1, 0};
    const fs::path target = fs::read_symlink(path, error);
    // What is not there among the devices is no new file, but a name mistyped.
    const bool device = is_device(path) || path.parent_path() == "/dev";
    if (error) return {device ? Kind::device : Kind::file, text, -1, 0};
    path = path.parent_path() / target;
  }
  return nowhere(name, ELOOP);
}

namespace {

// Of what is there: which device and which of its files. False if nothing is.
bool identity(const OutputPlace& place, struct stat& status) {
  if (place.kind == Kind::descriptor) return fstat(place.descriptor, &status) == 0;
  return stat(place.path.c_str(), &status) == 0;
}

}  // namespace

bool same_file(const std::string& a, const std::string& b) {
  const OutputPlace one = output_place(a);
  const OutputPlace other = output_place(b);
  struct stat first = {};
  struct stat second = {};
  if (identity(one, first) && identity(other, second))
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  if (one.error == 0 && other.error == 0) return one.path == other.path;
  std::error_code error;  // a folder is not there: names are compared as they are written
  return fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error);
}

}  // namespace lockstep::cli
