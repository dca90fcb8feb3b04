// The floor below without its name: commands are made of what is in `runs`.
#pragma once

#include "runs/exit_code.hpp"

namespace lockstep::cli {

using namespace runs;

}  // namespace lockstep::cli
