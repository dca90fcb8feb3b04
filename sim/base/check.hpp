// Broken invariants end the program at once, with the values that broke them.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lockstep {

[[noreturn]] inline void broken_invariant(std::string_view what) {
  fmt::print(stderr, "lockstep: internal error: {}\nPlease report it with the scenario.\n", what);
  std::abort();
}

// Aborts with `what`, formatted with `values`, unless `holds`. For states that no input can reach.
template <class... Values>
void check(bool holds, fmt::format_string<Values...> what, Values&&... values) {
  if (!holds) [[unlikely]]
    broken_invariant(fmt::format(what, std::forward<Values>(values)...));
}

}  // namespace lockstep
