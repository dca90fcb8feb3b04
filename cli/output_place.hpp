// Where the name of an output file leads: behind links, to a file, a device, or a stream that is
// open already.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep::cli {

struct OutputPlace {
  enum class Kind : std::uint8_t {
    file,        // there or not: takes its name whole
    device,      // or a pipe, or a stream of another process: written to directly
    descriptor,  // a stream that this program has open, as /dev/stdout
  };
  Kind kind = Kind::file;
  std::string path;     // behind all symbolic links; of a file, its folder is without links too
  int descriptor = -1;  // of that kind
  int error = 0;        // errno, where the name leads nowhere: a ring of links, no such folder
};

// "-" is standard output.
[[nodiscard]] OutputPlace output_place(const std::string& name);

// Whether two names lead to one file, existing or yet to be made, or to one stream.
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

}  // namespace lockstep::cli
