// Whether the links inside a network can be asked for more than they have.
#pragma once

#include "models/language/setup.hpp"

namespace lockstep::models {

// A channel is oversubscribed if several hosts send over it to several others, and they can send,
// and those receive, more at once than its bandwidth: the uplink of a rack, a link of a ring. Not
// in a star or where each host is joined with each, and not on a bus, which is the memory's own.
// On a general graph O(hosts^2 route length); of more than 256 hosts it is taken to be so.
[[nodiscard]] bool has_oversubscribed_links(const Setup& setup);

}  // namespace lockstep::models
