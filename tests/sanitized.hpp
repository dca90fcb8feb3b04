// Tests run slower in builds with sanitizers, many times over where numbers are computed: there, a
// test draws fewer random cases. What it claims of each stays the same.
#pragma once

namespace lockstep::testing {

#ifdef LOCKSTEP_SANITIZED
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace lockstep::testing
