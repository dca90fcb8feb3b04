// The version, as set by the build.
#pragma once

#include <string_view>

#ifndef LOCKSTEP_VERSION
#define LOCKSTEP_VERSION "0.1.0"
#endif

namespace lockstep::reports {

inline constexpr std::string_view version = LOCKSTEP_VERSION;

}  // namespace lockstep::reports
