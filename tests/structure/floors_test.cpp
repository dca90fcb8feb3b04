// Includes only go down the floors, and algorithms and collectives do not know each other.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/collective.hpp"
#include "tests/paths.hpp"
#include "tests/structure/source_files.hpp"

namespace lockstep::structure {
namespace {

struct Floor {
  std::string_view folder;
  int height;
};

// The first folder that a path begins with tells its floor. The table is that of docs/design.md.
constexpr std::array floors{
    Floor{"sim/base/", 0},
    Floor{"sim/", 1},
    Floor{"topologies/", 2},
    Floor{"models/devices/", 3},
    Floor{"models/language/", 4},
    Floor{"models/cost/", 5},
    Floor{"models/parts/encodings/", 6},
    Floor{"models/parts/collectives/", 7},
    Floor{"models/parts/compression/", 8},
    Floor{"models/parts/servers/", 9},
    Floor{"models/parts/stages/", 9},
    Floor{"models/parts/replicas/", 9},
    Floor{"models/algorithms/", 10},
    Floor{"models/data/", 10},
    Floor{"models/readers/simulate/", 11},
    Floor{"models/readers/numerics/", 11},
    Floor{"models/readers/train/", 12},
    Floor{"models/readers/execute/", 12},
    Floor{"models/readers/calibrate/", 13},
    Floor{"models/readers/check/", 13},
    Floor{"scenarios/", 14},
    Floor{"reports/", 15},
    Floor{"runs/", 16},
    Floor{"cli/", 17},
    Floor{"playground/", 17},
    Floor{"tests/", 18},
    Floor{"bench/", 19},
};

const Floor* floor_of(std::string_view path) {
  const auto* found = std::ranges::find_if(
      floors, [path](const Floor& floor) { return path.starts_with(floor.folder); });
  return found == floors.end() ? nullptr : found;
}

// May `path` include `include`? On one floor only within one folder: folders there are siblings.
bool goes_down(std::string_view path, std::string_view include) {
  const Floor* from = floor_of(path);
  const Floor* to = floor_of(include);
  if (from == nullptr || to == nullptr) return false;
  return from == to || from->height > to->height;
}

// Is this the file of a registered algorithm or collective? Then its name, else nothing.
std::string registered_name(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().generic_string();
  const std::string stem = std::filesystem::path(path).stem().string();
  const bool registered =
      (folder == "models/algorithms" && models::find_algorithm(stem) != nullptr) ||
      (folder == "models/parts/collectives" && models::find_collective(stem) != nullptr);
  return registered ? folder + "/" + stem : std::string{};
}

bool includes_sibling(const std::string& path, const std::string& include) {
  const bool is_program =
      path.starts_with("models/algorithms/") || path.starts_with("models/parts/collectives/");
  const std::string included = registered_name(include);
  return is_program && !included.empty() && included != registered_name(path);
}

TEST_CASE("structure: the rule for includes tells up from down") {
  CHECK(goes_down("sim/engine.hpp", "sim/base/picoseconds.hpp"));
  CHECK_FALSE(goes_down("sim/base/picoseconds.hpp", "sim/engine.hpp"));
  CHECK(goes_down("models/readers/simulate/simulate.cpp", "models/language/program.hpp"));
  CHECK_FALSE(goes_down("models/language/program.hpp", "models/readers/simulate/simulate.hpp"));
  CHECK_FALSE(
      goes_down("models/readers/simulate/simulate.cpp", "models/readers/numerics/problem.hpp"));
  CHECK(goes_down("models/parts/stages/stages.cpp", "models/parts/collectives/collective.hpp"));
  CHECK_FALSE(goes_down("models/parts/collectives/ring.cpp", "models/parts/servers/exchanges.hpp"));
  CHECK_FALSE(goes_down("models/loose.cpp", "models/language/program.hpp"));
  CHECK_FALSE(goes_down("topologies/topology.hpp", "models/language/mlp.hpp"));
  CHECK(goes_down("cli/main.cpp", "reports/table.hpp"));
  CHECK_FALSE(goes_down("sim/engine.hpp", "nowhere/engine.hpp"));
}

TEST_CASE("structure: every floor is a folder, and every source stands on one") {
  for (const Floor& floor : floors)
    CHECK(std::filesystem::is_directory(lockstep::testing::source_folder() / floor.folder));
  for (const SourceFile& source : source_files()) {
    CAPTURE(source.path);
    CHECK(floor_of(source.path) != nullptr);
  }
}

// A record stands in the file that is named after it, and nowhere else: who looks for an algorithm
// finds it, and a record that was copied and not renamed is told.
TEST_CASE("structure: every registered algorithm and collective stands in the file of its name") {
  const auto names_it = [](const SourceFile& source, std::string_view kind) {
    const std::string field = ".kind = \"" + std::string(kind) + "\",";
    return std::ranges::any_of(source.lines, [&](const std::string& line) {
      return line.find(field) != std::string::npos;
    });
  };
  const auto check_kind = [&](const std::string& folder, std::string_view kind) {
    CAPTURE(kind);
    for (const SourceFile& source : source_files()) {
      if (!source.path.starts_with(folder)) continue;
      CAPTURE(source.path);
      CHECK(names_it(source, kind) == (source.path == folder + std::string(kind) + ".cpp"));
    }
  };
  for (const models::Algorithm* algorithm : models::algorithms())
    check_kind("models/algorithms/", algorithm->kind);
  for (const models::Collective* collective : models::collectives())
    check_kind("models/parts/collectives/", collective->kind);
}

TEST_CASE("structure: the rule for siblings knows algorithms and collectives by their registry") {
  CHECK(includes_sibling("models/parts/collectives/tree.cpp", "models/parts/collectives/ring.hpp"));
  CHECK(includes_sibling("models/algorithms/gpipe.cpp", "models/algorithms/sgd.hpp"));
  CHECK(includes_sibling("models/algorithms/sync_sgd.cpp", "models/parts/collectives/ring.hpp"));
  CHECK_FALSE(
      includes_sibling("models/parts/collectives/ring.cpp", "models/parts/collectives/ring.hpp"));
  CHECK_FALSE(includes_sibling("models/parts/collectives/ring.cpp",
                               "models/parts/collectives/collective.hpp"));
}

TEST_CASE("structure: include lines are found, and only those in quotes") {
  CHECK(quoted_include("#include \"sim/engine.hpp\"") == "sim/engine.hpp");
  CHECK(quoted_include("  #  include \"a.hpp\"  // why") == "a.hpp");
  CHECK(quoted_include("#include <vector>").empty());
  CHECK(quoted_include("// #include \"a.hpp\"").empty());
}

TEST_CASE("structure: every include names a file from the top of the repository") {
  for (const SourceFile& source : source_files()) {
    for (const std::string& include : source.includes) {
      CAPTURE(source.path);
      CAPTURE(include);
      CHECK(std::filesystem::exists(lockstep::testing::source_folder() / include));
    }
  }
}

TEST_CASE("structure: includes only go down the floors") {
  for (const SourceFile& source : source_files()) {
    for (const std::string& include : source.includes) {
      CAPTURE(source.path);
      CAPTURE(include);
      CHECK(goes_down(source.path, include));
    }
  }
}

TEST_CASE("structure: an algorithm or collective includes no other") {
  for (const SourceFile& source : source_files()) {
    for (const std::string& include : source.includes) {
      CAPTURE(source.path);
      CAPTURE(include);
      CHECK_FALSE(includes_sibling(source.path, include));
    }
  }
}

TEST_CASE("structure: every registered algorithm and collective has a file of its own name") {
  const std::filesystem::path root = lockstep::testing::source_folder();
  for (const models::Algorithm* algorithm : models::algorithms())
    CHECK(std::filesystem::exists(root / "models/algorithms" /
                                  (std::string(algorithm->kind) + ".cpp")));
  for (const models::Collective* collective : models::collectives())
    CHECK(std::filesystem::exists(root / "models/parts/collectives" /
                                  (std::string(collective->kind) + ".cpp")));
}

}  // namespace
}  // namespace lockstep::structure
