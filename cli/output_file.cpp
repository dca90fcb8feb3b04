#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cli/interrupt.hpp"

namespace lockstep::cli {

namespace {

std::string error_text(int error) { return std::strerror(error); }

// The file behind symbolic links, or `file` itself if there is none yet.
std::string resolved(const std::string& file) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(file, error);
  return error ? file : path.string();
}

std::string folder_of(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

// Devices, pipes, and the names of open files: nothing can take their place.
bool is_written_directly(const std::string& file) {
  if (file.starts_with("/dev/") || file.starts_with("/proc/")) return true;
  struct stat status = {};
  return stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

int write_all(int descriptor, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = write(descriptor, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string write_directly(const std::string& file, std::string_view contents) {
  // At the end: /dev/stdout may be a file that holds something by now.
  const int descriptor = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return error_text(errno);
  const int error = write_all(descriptor, contents);
  const bool closed = close(descriptor) == 0;
  if (error != 0) return error_text(error);
  return closed ? std::string() : error_text(errno);
}

// A file of its own in the folder of `target`; removed at the end of its life unless it was moved.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      path_ = fmt::format("{}/.lockstep-{}-{}.tmp", folder_of(target), getpid(), attempt);
      descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ >= 0 || errno != EEXIST) break;
    }
    on_disk_ = descriptor_ >= 0;
    error_ = on_disk_ ? 0 : errno;
    if (on_disk_) set_half_written_file(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (on_disk_) unlink(path_.c_str());
    set_half_written_file(nullptr);
  }

  [[nodiscard]] int error() const { return error_; }

  // Keeps the permissions of the file that will be replaced.
  void take_mode_of(const std::string& file) {
    struct stat status = {};
    if (stat(file.c_str(), &status) == 0) (void)fchmod(descriptor_, status.st_mode & 07777U);
  }
  void fill(std::string_view contents) {
    if (error_ == 0) error_ = write_all(descriptor_, contents);
    if (error_ == 0 && fsync(descriptor_) != 0) error_ = errno;
    if (close(std::exchange(descriptor_, -1)) != 0 && error_ == 0) error_ = errno;
  }
  void move_to(const std::string& target) {
    if (error_ != 0) return;
    on_disk_ = std::rename(path_.c_str(), target.c_str()) != 0;
    if (on_disk_) error_ = errno;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  int error_ = 0;
  bool on_disk_ = false;  // under its temporary name
};

// So that the new name, too, survives a power cut; a folder that cannot be opened is no error.
void sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  close(descriptor);
}

}  // namespace

std::string check_output_file(const std::string& file) {
  if (file.empty()) return "a file needs a name";
  const std::string target = resolved(file);
  struct stat status = {};
  const bool exists = stat(target.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return error_text(EISDIR);
  if (exists && access(target.c_str(), W_OK) != 0) return error_text(errno);
  if (is_written_directly(target)) return exists ? std::string() : error_text(ENOENT);
  const std::string folder = folder_of(target);
  if (stat(folder.c_str(), &status) != 0) return error_text(errno);
  if (!S_ISDIR(status.st_mode)) return error_text(ENOTDIR);
  if (target.ends_with('/')) return error_text(EISDIR);
  return access(folder.c_str(), W_OK | X_OK) == 0 ? std::string() : error_text(errno);
}

std::string write_output_file(const std::string& file, std::string_view contents) {
  if (is_written_directly(file)) return write_directly(file, contents);
  const std::string target = resolved(file);
  TemporaryFile temporary(target);
  if (temporary.error() != 0) return error_text(temporary.error());
  temporary.take_mode_of(target);
  temporary.fill(contents);
  temporary.move_to(target);
  if (temporary.error() != 0) return error_text(temporary.error());
  sync_folder(folder_of(target));
  return {};
}

bool is_replaced_whole(const std::string& file) { return !is_written_directly(file); }

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (std::filesystem::equivalent(a, b, error)) return true;
  const auto absolute = [&](const std::string& file) {
    // Of a relative name that is not there yet, weakly_canonical alone may stay relative.
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error)
        .lexically_normal();
  };
  return absolute(a) == absolute(b);
}

}  // namespace lockstep::cli
