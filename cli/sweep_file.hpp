// The file that a sweep's lines go to: one line a point, each by a single write, so that a program
// that is killed loses only the points that it was at. While it is open no other sweep can have it.
#pragma once

#include <cstddef>
#include <functional>
#include <ios>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/sweep.hpp"

namespace lockstep::cli {

class SweepFile {
 public:
  SweepFile() = default;
  SweepFile(const SweepFile&) = delete;
  SweepFile& operator=(const SweepFile&) = delete;
  ~SweepFile();

  // Opens a file, device or stream to add lines at its end. Returns why it cannot be, or an empty
  // text: another sweep has it, or, without `resume`, there is something in it.
  [[nodiscard]] std::string open(const std::string& file, bool resume);

  // Reads the lines that are there and cuts off a last line that is not whole. Calls `take` with
  // each line; where it returns false, the line is taken out of the file. Returns why a line is
  // none of `identity`'s sweep, or another error, or an empty text.
  [[nodiscard]] std::string read(const std::string& identity, std::size_t points,
                                 const std::function<bool(const scenarios::Json& line)>& take);
  [[nodiscard]] bool was_cut_short() const { return was_cut_short_; }

  // Writes a line at once; returns errno, or 0.
  [[nodiscard]] int write(std::string_view line) const;

 private:
  struct Part {
    std::streamoff begin;
    std::streamoff end;
  };
  [[nodiscard]] std::string open_file();
  [[nodiscard]] std::string keep_only(const std::vector<Part>& parts);

  std::string path_;
  int descriptor_ = -1;
  bool is_stream_ = false;  // there is nothing to read, and nothing to close
  bool was_cut_short_ = false;
};

}  // namespace lockstep::cli
