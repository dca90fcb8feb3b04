// A page has no files but those that came with its scenario.
#include "playground/in_the_page/files.hpp"

#include <map>
#include <utility>

#include "models/devices/machine.hpp"
#include "scenarios/json_text.hpp"
#include "sim/base/whole_file.hpp"
#include "topologies/graph_text.hpp"

namespace lockstep {

namespace {

std::map<std::string, std::string>& files() {
  static std::map<std::string, std::string> all;
  return all;
}

Result<std::string> bytes_of(const std::filesystem::path& file) {
  const auto found = files().find(file.lexically_normal().generic_string());
  if (found == files().end()) return Fault{"", "the page does not have this file"};
  return found->second;
}

}  // namespace

namespace playground {
void take_file(const std::string& name, std::string bytes) {
  files().insert_or_assign(std::filesystem::path(name).lexically_normal().generic_string(),
                           std::move(bytes));
}
}  // namespace playground

// A page's memory is the limit: the text has come in through it.
Result<std::string> read_whole_file(const std::filesystem::path& file,
                                    std::uintmax_t /*most_bytes*/) {
  return bytes_of(file);
}

namespace scenarios {
Result<std::string> read_file(const std::filesystem::path& file) { return bytes_of(file); }
}  // namespace scenarios

namespace topologies {
Result<GraphText> read_graphml(std::string_view /*text*/) {
  return Fault{"", "GraphML cannot be read in the page; DOT can"};
}
}  // namespace topologies

namespace models {
Machine this_machine() {
  Machine machine;
  machine.processor = "a web page's";
  return machine;
}
}  // namespace models

}  // namespace lockstep
