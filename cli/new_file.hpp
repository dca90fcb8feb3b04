// A file that takes its name once it is whole.
//
// Until then it has no name, if the file system can do that (O_TMPFILE), so that nothing is left
// behind however the program ends. To replace an existing file, it has a hidden name between two
// system calls: a program killed in between leaves a whole file `.lockstep-PID-N.tmp`. On file
// systems without nameless files, it has such a name while it is written.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

class NewFile {
 public:
  // Opens a file in the folder of `target`, with the permissions of an existing target.
  explicit NewFile(const std::string& target);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  // Removes the file unless it has taken its name.
  ~NewFile();

  void fill(std::string_view contents);  // waits until it is on the disk
  void take_name();
  // Returns the first error so far (errno), or 0.
  [[nodiscard]] int error() const { return error_; }

 private:
  void open_nameless();
  // Calls `make(path)` with hidden names until one is free; remembers that the file has it.
  template <class Make>
  void take_hidden_name(const Make& make);
  [[nodiscard]] int give_name(const std::string& path) const;  // returns errno, or 0

  std::string target_;
  std::string hidden_;  // its name, while it has a hidden one
  int descriptor_ = -1;
  int error_ = 0;
};

[[nodiscard]] std::string folder_of(const std::string& file);
// Writes all of `contents`; returns errno, or 0.
[[nodiscard]] int write_all(int descriptor, std::string_view contents);

}  // namespace lockstep::cli
