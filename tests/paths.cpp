#include "tests/paths.hpp"

namespace lockstep::testing {

std::filesystem::path source_folder() { return LOCKSTEP_SOURCE_DIR; }
std::string program_path() { return LOCKSTEP_PROGRAM; }

}  // namespace lockstep::testing
