#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/new_file.hpp"
#include "cli/output_place.hpp"

namespace lockstep::cli {

using Kind = OutputPlace::Kind;

namespace {

std::string error_text(int error) { return std::strerror(error); }

// At the end: the stream may be a file that holds something by now.
std::string write_directly(const OutputPlace& place, std::string_view contents) {
  if (place.kind == Kind::descriptor) {
    const int error = write_all(place.descriptor, contents);
    return error == 0 ? std::string() : error_text(error);
  }
  const int descriptor = open(place.path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return error_text(errno);
  const int error = write_all(descriptor, contents);
  const bool closed = close(descriptor) == 0;
  if (error != 0) return error_text(error);
  return closed ? std::string() : error_text(errno);
}

// So that the new name, too, survives a power cut; a folder that cannot be opened is no error.
void sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  close(descriptor);
}

std::string why_not_writable(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return error_text(errno);
  return (flags & O_ACCMODE) == O_RDONLY ? error_text(EBADF) : std::string();
}

// A folder's "sticky" bit: only owners may replace what is in it.
bool is_kept_by_owner(const struct stat& folder, const struct stat& file) {
  const uid_t user = geteuid();
  return (folder.st_mode & S_ISVTX) != 0 && user != 0 && user != file.st_uid &&
         user != folder.st_uid;
}

bool is_mounted(const std::string& path) {
  struct statx found = {};
  if (statx(AT_FDCWD, path.c_str(), 0, 0, &found) != 0) return false;
  return (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// `existing`: what has the name now, or null.
std::string why_not_replaceable(const std::string& path, const struct stat* existing) {
  const std::string folder = folder_of(path);
  struct stat status = {};
  if (stat(folder.c_str(), &status) != 0) return error_text(errno);
  if (path.ends_with('/')) return error_text(EISDIR);
  if (access(folder.c_str(), W_OK | X_OK) != 0) return error_text(errno);
  if (existing == nullptr) return {};
  if (is_mounted(path)) return "is a mount point, so it cannot be replaced by a new file";
  return is_kept_by_owner(status, *existing) ? error_text(EPERM) : std::string();
}

}  // namespace

std::string check_output_file(const std::string& file) {
  if (file.empty()) return "a file needs a name";
  const OutputPlace place = output_place(file);
  if (place.error != 0) return error_text(place.error);
  if (place.kind == Kind::descriptor) return why_not_writable(place.descriptor);
  struct stat status = {};
  const bool exists = stat(place.path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) return error_text(errno);
  if (exists && S_ISDIR(status.st_mode)) return error_text(EISDIR);
  if (exists && access(place.path.c_str(), W_OK) != 0) return error_text(errno);
  if (place.kind == Kind::device) return exists ? std::string() : error_text(ENOENT);
  return why_not_replaceable(place.path, exists ? &status : nullptr);
}

std::string write_output_file(const std::string& file, std::string_view contents) {
  const OutputPlace place = output_place(file);
  if (place.error != 0) return error_text(place.error);
  if (place.kind != Kind::file) return write_directly(place, contents);
  NewFile written(place.path);
  written.fill(contents);
  written.take_name();
  if (written.error() != 0) return error_text(written.error());
  sync_folder(folder_of(place.path));
  return {};
}

bool is_replaced_whole(const std::string& file) { return output_place(file).kind == Kind::file; }

}  // namespace lockstep::cli
