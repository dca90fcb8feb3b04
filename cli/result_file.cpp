#include "cli/result_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/standard_output.hpp"

namespace lockstep::cli {

namespace {

// A pipe that its reader has closed is no error: it has seen enough.
bool complain_if(const std::string& file, const std::string& error) {
  if (error == std::strerror(EPIPE)) return true;
  if (!error.empty()) complain(fmt::format("{}: cannot be written: {}", file, error));
  return error.empty();
}

}  // namespace

bool can_write(const std::string& file) {
  return file.empty() || file == "-" || complain_if(file, check_output_file(file));
}

bool write_result(const std::string& file, std::string_view contents) {
  if (file != "-") return complain_if(file, write_output_file(file, contents));
  print(contents);
  return true;
}

}  // namespace lockstep::cli
