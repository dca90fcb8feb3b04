// A block of layers that one rank computes one after another, and its place in the row of blocks
// that a micro-batch goes through: a stage of a pipeline, a chunk of one, or a replica of one.
#pragma once

#include <cstdint>

#include "models/cost/network_view.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Who has the block before, or after, and how messages between the two are told apart.
struct Neighbour {
  Rank rank = any_rank;  // any: there is none
  Tag activations = 0;
  Tag gradients = 0;

  [[nodiscard]] bool exists() const { return rank != any_rank; }
};

struct LayerBlock {
  LayerRange layers;
  Neighbour previous;
  Neighbour next;
};

// Receives the activations of a micro-batch, computes them on, and posts them to the next block.
// `version`, if given, goes with them, and all blocks compute with that of the first: where there
// is a block before, it becomes what came from there.
[[nodiscard]] Program block_forward(Worker& worker, LayerBlock block, std::int64_t samples,
                                    std::int64_t micro_batch, Weights weights = {},
                                    std::int64_t* version = nullptr);
// Receives the gradient of a micro-batch's activations, computes it back, and posts it. With
// `rematerialize`, the block's activations are computed once more first.
[[nodiscard]] Program block_backward(Worker& worker, LayerBlock block, std::int64_t samples,
                                     std::int64_t micro_batch, bool rematerialize = false,
                                     Weights weights = {});
// The same once the gradient is there.
[[nodiscard]] Program block_backward_from_here(Worker& worker, LayerBlock block,
                                               std::int64_t samples, std::int64_t micro_batch,
                                               Weights weights = {});

// What goes from the layers before `layer` on to it with a micro-batch, or comes back.
[[nodiscard]] Payload activations_before(const Setup& setup, Buffer buffer, std::int64_t layer,
                                         std::int64_t samples, std::int64_t micro_batch);
[[nodiscard]] std::int64_t activation_bytes_before(const Setup& setup, std::int64_t layer,
                                                   std::int64_t samples);
// What a rank keeps of a micro-batch from its forward to its backward pass through `layers`.
[[nodiscard]] Count block_stash_bytes(const Setup& setup, LayerRange layers, std::int64_t samples);

[[nodiscard]] Payload block_parameters(const Setup& setup, LayerRange layers);

// The times of a block on `rank`, measured or computed, and that of a message alone.
[[nodiscard]] double block_forward_s(const Setup& setup, Rank rank, LayerRange layers,
                                     std::int64_t samples);
[[nodiscard]] double block_backward_s(const Setup& setup, Rank rank, LayerRange layers,
                                      std::int64_t samples);
[[nodiscard]] double block_update_s(const Setup& setup, Rank rank, LayerRange layers);
[[nodiscard]] double block_message_s(const Setup& setup, NetworkView& network, Rank from, Rank to,
                                     std::int64_t bytes);

}  // namespace lockstep::models
