// Tensor parallelism: every rank of a group computes a part of each layer for the whole batch, and
// the group exchanges activations and their gradients. Shared by the algorithms that divide layers.
//
// If a layer is split by columns, a rank has some of its outputs: it needs all inputs, and the
// ranks sum their parts of the gradients with respect to inputs. If it is split by rows, a rank has
// some of its inputs: the ranks sum their parts of the outputs, and each needs the gradients of all
// outputs. In pairs, a layer split by columns is followed by one split by rows, with nothing to
// exchange in between (Shoeybi et al.: "Megatron-LM", arXiv:1909.08053).
//
// Activations are stored feature by feature, so that a rank's part of them is one block. The biases
// of a layer split by rows are divided too: each rank adds its own before the sum, and the
// activation function is applied when the next layer takes the sums. So each of P ranks owns
// exactly 1/P of the parameters.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/closed_form.hpp"
#include "models/language/options.hpp"
#include "models/language/worker.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

inline constexpr std::array<std::string_view, 3> splits = {"column", "row", "pairs"};
[[nodiscard]] std::string idle_split(const Setup& setup);
inline constexpr TextOption split_option = OptionSpec{
    .name = "split",
    .type = OptionType::choice,
    .summary = "column: by outputs; row: by inputs; pairs: column and row in turn",
    .fallback = std::string_view{"column"},
    .choices = splits,
    .idle = idle_split,
};
// The collective for sums of partial results, or over replicas.
[[nodiscard]] std::string idle_group_allreduce(const Setup& setup);
inline constexpr TextOption group_allreduce_option =
    with_idle(peer_allreduce_option, idle_group_allreduce);
inline constexpr IntegerOption data_parallel_option = OptionSpec{
    .name = "data_parallel",
    .type = OptionType::integer,
    .summary = "how many replicas of the model there are; 0: as many as there are workers for",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
};
// The number of workers that a layer is divided over: `model_parallel` without a pipeline,
// `tensor_parallel` beside one.
inline constexpr IntegerOption model_parallel_option =
    OptionSpec{.name = "model_parallel",
               .type = OptionType::integer,
               .summary = "over how many workers each replica of the model is divided",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};
inline constexpr IntegerOption tensor_parallel_option =
    OptionSpec{.name = "tensor_parallel",
               .type = OptionType::integer,
               .summary = "over how many workers each layer is divided",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};
inline constexpr IntegerOption pipeline_parallel_option =
    OptionSpec{.name = "pipeline_parallel",
               .type = OptionType::integer,
               .summary = "into how many stages the layers are cut",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};
[[nodiscard]] Split split_of(const Options& chosen);

// One pass of a group with one batch or micro-batch.
struct SplitPass {
  Group group;
  LayerRange layers;
  std::int64_t samples = 0;
  std::int64_t micro_batch = 0;
};

// Returns the parts of the parameters of `layers` that member `index` of `parts` has.
[[nodiscard]] std::vector<OwnRange> split_ranges(const Setup& setup, LayerRange layers, int parts,
                                                 int index);

// Run a worker's part of a forward or a backward pass. Collectives use `tag`.
[[nodiscard]] Program split_forward(Worker& worker, SplitPass pass, Tag tag = 0);
[[nodiscard]] Program split_backward(Worker& worker, SplitPass pass, Tag tag = 0);

// Adds the bytes, messages and folds of `times` forward and backward passes of one group.
void count_split_exchanges(ClosedForm& form, const Setup& setup, const SplitPass& pass,
                           Count times);

// The seconds of a forward and a backward pass, on the slowest worker.
struct SplitTimes {
  double forward_s = 0;  // matrix products alone
  double backward_s = 0;
  double forward_exchange_s = 0;
  double backward_exchange_s = 0;
  ClaimedTime exchanges;  // forward and backward together, with their claim

  [[nodiscard]] double products_s() const { return forward_s + backward_s; }
};
[[nodiscard]] SplitTimes split_times(const Setup& setup, NetworkView& network,
                                     const SplitPass& pass);

// Returns the memory of each rank of the group. With a split by rows, a rank briefly holds the
// gradients of all outputs of one layer.
[[nodiscard]] Memory split_memory(const Setup& setup, const SplitPass& pass);

// Adds faults for widths that `parts` does not divide, and for a layer without a partner in
// `pairs`.
void check_split(const Setup& setup, int parts, Faults& faults);

}  // namespace lockstep::models
