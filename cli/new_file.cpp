#include "cli/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "cli/interrupt.hpp"

namespace lockstep::cli {

std::string folder_of(const std::string& file) {
  return std::filesystem::path(file).parent_path().string();
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

NewFile::NewFile(const std::string& target) : target_(target) {
  open_nameless();
  if (descriptor_ < 0) {
    take_hidden_name([this](const std::string& path) {
      descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      return descriptor_ < 0 ? errno : 0;
    });
  }
  struct stat status = {};
  if (error_ == 0 && stat(target.c_str(), &status) == 0)
    (void)fchmod(descriptor_, status.st_mode & 07777U);
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!hidden_.empty()) unlink(hidden_.c_str());
  set_half_written_file(nullptr);
}

// Only where it can be given a name later, which takes /proc.
void NewFile::open_nameless() {
  if (access("/proc/self/fd", X_OK) != 0) return;
  descriptor_ = open(folder_of(target_).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
}

template <class Make>
void NewFile::take_hidden_name(const Make& make) {
  constexpr int attempts = 100;  // at names that others left
  for (int attempt = 0; attempt < attempts; ++attempt) {
    hidden_ = fmt::format("{}/.lockstep-{}-{}.tmp", folder_of(target_), getpid(), attempt);
    set_half_written_file(hidden_.c_str());
    error_ = make(hidden_);
    if (error_ == 0) return;
    set_half_written_file(nullptr);
    hidden_.clear();
    if (error_ != EEXIST) return;
  }
}

void NewFile::fill(std::string_view contents) {
  if (error_ == 0) error_ = write_all(descriptor_, contents);
  if (error_ == 0 && fsync(descriptor_) != 0) error_ = errno;
}

int NewFile::give_name(const std::string& path) const {
  const std::string open_file = fmt::format("/proc/self/fd/{}", descriptor_);
  const int result = linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW);
  return result == 0 ? 0 : errno;
}

void NewFile::take_name() {
  if (error_ != 0) return;
  if (hidden_.empty()) {
    error_ = give_name(target_);
    if (error_ != EEXIST) return;
    take_hidden_name([this](const std::string& path) { return give_name(path); });
    if (error_ != 0) return;
  }
  if (std::rename(hidden_.c_str(), target_.c_str()) != 0)
    error_ = errno;
  else
    hidden_.clear();
}

}  // namespace lockstep::cli
