// How long a run takes at least, for certain: what may rule out a run without simulating it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/cost/closed_form.hpp"

namespace lockstep::models {

// What makes a time certain.
enum class Certainty : std::uint8_t {
  none,         // nothing is known: an upper bound or an estimate says nothing about the least
  exact,        // the closed form is exact
  lower_bound,  // it is a lower bound
  work,         // the products of layers alone, if all workers computed all the time
  bytes,        // the messages alone, if all hosts sent all the time, or the busiest link did
};
inline constexpr std::size_t certainties = 5;

struct CertainTime {
  double seconds = 0;
  Certainty from = Certainty::none;
};

// Claims hold up to 1e-9 of the time and 1 ps an operation on the critical path; how many these are
// no closed form says. A millionth allows for operations that take a microsecond each on average,
// and what are shorter are rounded up in the simulation as well.
inline constexpr double certain_share = 1 - 1e-6;

// Returns the largest of the times that are certain.
[[nodiscard]] CertainTime certain_time(const Setup& setup, const ClosedForm& form);

// Returns the seconds that the products of all layers take on all workers together: whatever waits
// for what, their devices compute no faster. 0 where FLOPs are not exact, rates are measured, or
// factors on times are random.
[[nodiscard]] double work_s(const Setup& setup, const ClosedForm& form);

// Returns the seconds that all bytes take over the links of all hosts together: whatever their way,
// they leave a host by one of its links. 0 where bytes are not exact, where messages may still be
// under way at the end, and where messages do not share what a link carries.
[[nodiscard]] double bytes_s(const Setup& setup, const ClosedForm& form);

// Returns the seconds for which the busiest link, or port, is taken by the messages that the
// algorithm tells of (`Algorithm::loads`). 0 where `bytes_s` is, where it tells of none, and where
// messages may take other paths.
[[nodiscard]] double busiest_link_s(const Setup& setup, const ClosedForm& form);

}  // namespace lockstep::models
