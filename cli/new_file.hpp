// A file that takes its name once it is whole.
//
// Until then it has none, where the file system can do that (O_TMPFILE): whatever ends the program
// leaves nothing behind. To take the place of an existing file it has a hidden name between two
// system calls: a program killed in between leaves a whole file `.lockstep-PID-N.tmp`. On file
// systems without nameless files it has such a name while it is written.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

class NewFile {
 public:
  // In the folder of `target`, with the permissions of what is there.
  explicit NewFile(const std::string& target);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  // Removes it, unless it took its name.
  ~NewFile();

  void fill(std::string_view contents);  // and waits until it is on the disk
  void take_name();
  // The first error of all so far (errno), or 0.
  [[nodiscard]] int error() const { return error_; }

 private:
  void open_nameless();
  // Calls `make(path)` with hidden names until one is free; remembers that the file has it.
  template <class Make>
  void take_hidden_name(const Make& make);
  [[nodiscard]] int give_name(const std::string& path) const;  // errno

  std::string target_;
  std::string hidden_;  // its name, while it has a hidden one
  int descriptor_ = -1;
  int error_ = 0;
};

[[nodiscard]] std::string folder_of(const std::string& file);
// Writes all of it; errno, or 0.
[[nodiscard]] int write_all(int descriptor, std::string_view contents);

}  // namespace lockstep::cli
