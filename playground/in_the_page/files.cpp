// There are no files in a page.
#include <string>

#include "models/devices/machine.hpp"
#include "scenarios/json_text.hpp"
#include "sim/base/whole_file.hpp"
#include "topologies/graph_text.hpp"

namespace lockstep {

namespace {

Fault no_files() { return {"", "files cannot be read in the page"}; }

}  // namespace

Result<std::string> read_whole_file(const std::filesystem::path& /*file*/,
                                    std::uintmax_t /*most_bytes*/) {
  return no_files();
}

namespace scenarios {
Result<std::string> read_file(const std::filesystem::path& /*file*/) { return no_files(); }
}  // namespace scenarios

// Nobody calls these: what they read would come from a file.
namespace topologies {
Result<GraphText> read_dot(std::string_view /*text*/) { return no_files(); }
Result<GraphText> read_graphml(std::string_view /*text*/) { return no_files(); }
}  // namespace topologies

namespace models {
Machine this_machine() {
  Machine machine;
  machine.processor = "a web page's";
  return machine;
}
}  // namespace models

}  // namespace lockstep
