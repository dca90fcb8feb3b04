// Where the name of an output file leads once links are followed: to a file, a device, or a stream
// that is open already.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep::cli {

struct OutputPlace {
  enum class Kind : std::uint8_t {
    file,        // existing or not: takes its name once whole
    device,      // or a pipe, or a stream of another process: written to directly
    descriptor,  // a stream that this program has open, such as /dev/stdout
  };
  Kind kind = Kind::file;
  std::string path;     // after all symbolic links; a file's folder is free of links too
  int descriptor = -1;  // of kind `descriptor`
  int error = 0;        // errno if the name leads nowhere: a ring of links, no such folder
};

// "-" is standard output.
[[nodiscard]] OutputPlace output_place(const std::string& name);

// Whether two names lead to one file, existing or yet to be made, or to one stream.
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

}  // namespace lockstep::cli
