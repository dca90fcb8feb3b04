// Layers divided within: every rank of a group computes a part of each layer for the whole batch,
// and the group exchanges activations and their gradients. Shared by the algorithms that divide
// layers.
//
// By columns, a rank has some of a layer's outputs: it needs all inputs, and adds up with the
// others to the gradients by inputs. By rows, it has some of the inputs: ranks add up to the
// outputs, and need all of their gradients. In pairs, a layer by columns is followed by one by
// rows, with nothing to exchange in between (Shoeybi et al.: "Megatron-LM", arXiv:1909.08053).
//
// Activations lie feature by feature, so that what a rank has of them is a block. The biases of a
// layer by rows are divided too: each rank adds its own before the sum; the activation function
// follows when the next layer takes the sums. So each rank of P owns 1/P
// of the parameters, exactly.
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
inline constexpr OptionSpec split_option = {
    .name = "split",
    .type = OptionType::choice,
    .summary = "column: by outputs; row: by inputs; pairs: column and row in turn",
    .fallback = std::string_view{"column"},
    .choices = splits,
    .idle = idle_split,
};
// Of the sums of partial results, or over replicas.
[[nodiscard]] std::string idle_group_allreduce(const Setup& setup);
inline constexpr OptionSpec group_allreduce_option =
    with_idle(peer_allreduce_option, idle_group_allreduce);
inline constexpr OptionSpec data_parallel_option = {
    .name = "data_parallel",
    .type = OptionType::integer,
    .summary = "how many replicas of the model there are; 0: as many as there are workers for",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
};
[[nodiscard]] Split split_of(const Options& chosen);

// What one group does with one batch, or micro-batch.
struct SplitPass {
  Group group;
  LayerRange layers;
  std::int64_t samples = 0;
  std::int64_t micro_batch = 0;
};

// What member `index` of `parts` has of the parameters of `layers`.
[[nodiscard]] std::vector<OwnRange> split_ranges(const Setup& setup, LayerRange layers, int parts,
                                                 int index);

// The programs. Collectives use `tag`.
[[nodiscard]] Program split_forward(Worker& worker, SplitPass pass, Tag tag = 0);
[[nodiscard]] Program split_backward(Worker& worker, SplitPass pass, Tag tag = 0);

// Adds bytes, messages and folds of `times` forward and backward passes of one group.
void count_split_exchanges(ClosedForm& form, const Setup& setup, const SplitPass& pass,
                           Count times);

// Forward and backward, on the slowest worker.
struct SplitTimes {
  double forward_s = 0;  // products
  double backward_s = 0;
  double forward_exchange_s = 0;
  double backward_exchange_s = 0;
  ClaimedTime exchanges;  // both, with what can be promised of them

  [[nodiscard]] double products_s() const { return forward_s + backward_s; }
};
[[nodiscard]] SplitTimes split_times(const Setup& setup, NetworkView& network,
                                     const SplitPass& pass);

// On each rank of the group. By rows, the gradients of one layer's outputs are there whole for a
// moment.
[[nodiscard]] Memory split_memory(const Setup& setup, const SplitPass& pass);

// Widths that `parts` does not divide, and a layer without its partner.
void check_split(const Setup& setup, int parts, Faults& faults);

}  // namespace lockstep::models
