// The files that a page's scenario may name: those that came with it, by the name that it uses.
#pragma once

#include <string>

namespace lockstep::playground {

void take_file(const std::string& name, std::string bytes);

}  // namespace lockstep::playground
