// Collectives: how ranks sum a vector so that each of them has the sum. One record each, made in
// the collective's own file under models/collectives.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/formula.hpp"
#include "models/network_view.hpp"
#include "models/program.hpp"
#include "models/worker.hpp"

namespace lockstep::models {

// What all ranks together send and fold in one allreduce.
struct CollectiveCounts {
  Count bytes = 0;
  Count messages = 0;
  Count reduce_flops = 0;
};

struct Collective {
  std::string_view kind;     // the JSON value: "ring"
  std::string_view title;    // "Ring"
  std::string_view summary;  // one sentence
  std::string_view source;
  bool through_servers;  // needs server ranks
  // What a worker does to have `payload` of its gradients summed over all workers.
  Program (*program)(Worker& worker, Payload payload, Tag tag);
  // What a server does meanwhile; null without servers.
  Program (*serve)(Worker& server, Payload payload, Tag tag);
  // The closed form, for `count` scalars.
  CollectiveCounts (*counts)(const Setup& setup, std::int64_t count);
  ClaimedTime (*duration)(const Setup& setup, NetworkView& network, std::int64_t count);
  Formula (*formula)(const Setup& setup, NetworkView& network, std::int64_t count);
};

[[nodiscard]] std::span<const Collective* const> collectives();
[[nodiscard]] const Collective* find_collective(std::string_view kind);

}  // namespace lockstep::models
