// Boost reports errors through `throw_exception`; where exceptions are off, the program has to
// define it. Nothing that Lockstep asks of Boost can fail, so a call is a broken invariant.
#include <boost/throw_exception.hpp>
#include <exception>

#include "sim/base/check.hpp"

namespace boost {

void throw_exception(const std::exception& error) { lockstep::broken_invariant(error.what()); }

void throw_exception(const std::exception& error, const source_location&) {
  lockstep::broken_invariant(error.what());
}

}  // namespace boost
