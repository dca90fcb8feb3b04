#include "tests/structure/source_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/paths.hpp"

namespace lockstep::structure {
namespace {

namespace fs = std::filesystem;

SourceFile read_source(const fs::path& root, const fs::path& file) {
  SourceFile source{fs::relative(file, root).generic_string(), {}, {}};
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (const std::string include = quoted_include(line); !include.empty())
      source.includes.push_back(include);
    source.lines.push_back(line);
  }
  return source;
}

std::vector<SourceFile> read_all() {
  const fs::path root = lockstep::testing::source_folder();
  std::vector<SourceFile> sources;
  for (const char* folder : {"sim", "topologies", "models", "scenarios", "reports", "runs", "cli",
                             "playground", "tests", "bench"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp")
        sources.push_back(read_source(root, entry.path()));
    }
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  return sources;
}

}  // namespace

const std::vector<SourceFile>& source_files() {
  static const std::vector<SourceFile> sources = read_all();
  return sources;
}

std::string quoted_include(const std::string& line) {
  std::istringstream words(line);
  std::string directive;
  words >> directive;
  if (directive == "#" && words >> directive) directive.insert(0, "#");
  if (!directive.starts_with("#include")) return {};
  const std::size_t open = line.find('"');
  const std::size_t angle = line.find('<');
  if (open == std::string::npos || angle < open) return {};
  return line.substr(open + 1, line.find('"', open + 1) - open - 1);
}

}  // namespace lockstep::structure
