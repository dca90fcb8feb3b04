// Tells whether the links inside a network can be asked for more bandwidth than they have.
#pragma once

#include "models/language/setup.hpp"

namespace lockstep::models {

// Returns whether any channel is oversubscribed: several hosts send over it to several others, and
// both what the senders can send at once and what the receivers can receive at once exceed its
// bandwidth, as on the uplink of a rack or a link of a ring. No channel of a star, of a fully
// connected network or of a bus, which is the memory's own, is oversubscribed. On a general graph
// it takes O(hosts^2 route length); a graph of more than 256 hosts is taken to be oversubscribed.
[[nodiscard]] bool has_oversubscribed_links(const Setup& setup);

// Whether messages between two hosts may take different paths, because several connections join
// them, or none: closed forms know the path of the first one only.
[[nodiscard]] bool may_take_other_paths(const Setup& setup);

}  // namespace lockstep::models
