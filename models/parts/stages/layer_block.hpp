// A block of layers that one rank computes one after another, and its place in the row of blocks
// that a micro-batch goes through. A block is a stage of a pipeline, a chunk of a stage, or a
// replica of a stage.
#pragma once

#include <cstdint>

#include "models/cost/network_view.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// The rank that has the previous or the next block, and the tags of the messages between the two.
struct Neighbour {
  Rank rank = any_rank;  // any_rank: there is no such block
  Tag activations = 0;
  Tag gradients = 0;

  [[nodiscard]] bool exists() const { return rank != any_rank; }
};

struct LayerBlock {
  LayerRange layers;
  Neighbour previous;
  Neighbour next;
};

// Receives the activations of a micro-batch, runs the forward pass, and posts the result to the
// next block. If `version` is given, all blocks compute with the version of the first block: it
// travels with the activations, and `*version` is set to the one received from the previous block,
// if there is one.
[[nodiscard]] Program block_forward(Worker& worker, LayerBlock block, std::int64_t samples,
                                    std::int64_t micro_batch, Weights weights = {},
                                    std::int64_t* version = nullptr);
// Receives the gradient of a micro-batch's activations, runs the backward pass, and posts the
// gradient to the previous block. With `rematerialize`, the block's activations are recomputed
// first.
[[nodiscard]] Program block_backward(Worker& worker, LayerBlock block, std::int64_t samples,
                                     std::int64_t micro_batch, bool rematerialize = false,
                                     Weights weights = {});
// Runs the backward pass and posts the gradient, once the received gradient is stored.
[[nodiscard]] Program block_backward_from_here(Worker& worker, LayerBlock block,
                                               std::int64_t samples, std::int64_t micro_batch,
                                               Weights weights = {});

// The parts of these passes, for schedules with an order of their own. Receive and store what a
// pass needs from another rank, if anything.
[[nodiscard]] Program receive_activations(Worker& worker, LayerBlock block);
[[nodiscard]] Program receive_gradient(Worker& worker, LayerBlock block);
// Compute one kind of gradient of a micro-batch, from the last layer to the first.
[[nodiscard]] Program block_input_gradients(Worker& worker, LayerRange layers, std::int64_t samples,
                                            std::int64_t micro_batch);
[[nodiscard]] Program block_weight_gradients(Worker& worker, LayerRange layers,
                                             std::int64_t samples, std::int64_t micro_batch);
// Post what a pass has computed to the rank that needs it, if there is another.
[[nodiscard]] Program post_activations(Worker& worker, LayerBlock block, std::int64_t samples,
                                       std::int64_t micro_batch, std::int64_t version = 0);
[[nodiscard]] Program post_gradient(Worker& worker, LayerBlock block, std::int64_t samples,
                                    std::int64_t micro_batch);

// `activations_before` returns the payload that crosses the border before `layer` with a
// micro-batch: activations going forward, or their gradients coming back, as `buffer` says.
// `activation_bytes_before` returns the bytes of these activations.
[[nodiscard]] Payload activations_before(const Setup& setup, Buffer buffer, std::int64_t layer,
                                         std::int64_t samples, std::int64_t micro_batch);
[[nodiscard]] std::int64_t activation_bytes_before(const Setup& setup, std::int64_t layer,
                                                   std::int64_t samples);
// Returns the bytes that a rank keeps of a micro-batch from its forward to its backward pass
// through `layers`.
[[nodiscard]] Count block_stash_bytes(const Setup& setup, LayerRange layers, std::int64_t samples);

[[nodiscard]] Payload block_parameters(const Setup& setup, LayerRange layers);

// Return the seconds, measured or computed, of a block's passes and update on `rank`, and of one
// message that is alone on the network.
[[nodiscard]] double block_forward_s(const Setup& setup, Rank rank, LayerRange layers,
                                     std::int64_t samples);
[[nodiscard]] double block_backward_s(const Setup& setup, Rank rank, LayerRange layers,
                                      std::int64_t samples);
[[nodiscard]] double block_backward_weight_s(const Setup& setup, Rank rank, LayerRange layers,
                                             std::int64_t samples);
[[nodiscard]] double block_update_s(const Setup& setup, Rank rank, LayerRange layers);
[[nodiscard]] double block_message_s(const Setup& setup, NetworkView& network, Rank from, Rank to,
                                     std::int64_t bytes);

}  // namespace lockstep::models
