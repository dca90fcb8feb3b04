// The files that points of a sweep name, so that their lines of results can say what was in them.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "scenarios/sweep.hpp"

namespace lockstep::scenarios {

// Returns the names of the files that a simulation of the document reads: presets, a machine, a
// graph, a trace. Those of its data are not among them, because only numbers need data.
[[nodiscard]] std::set<std::string> file_names_in(const Json& document);

// Whether points of the sweep may name files that others do not.
[[nodiscard]] bool names_files(const Sweep& sweep);

// What is in the files of a folder, by 16 hexadecimal digits that only the same content gives. Each
// file is read once.
class FileDigests {
 public:
  explicit FileDigests(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Returns null for a file that cannot be read.
  [[nodiscard]] const Json& of(const std::string& name);

 private:
  std::filesystem::path folder_;
  std::map<std::string, Json> known_;
};

}  // namespace lockstep::scenarios
