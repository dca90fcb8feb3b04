// The kinds of computation on a device in training: the three products of a layer, folds of
// messages, updates.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lockstep::models {

enum class ComputeKind : std::uint8_t { forward, backward_weight, backward_input, reduce, update };
inline constexpr std::array compute_kinds = {ComputeKind::forward, ComputeKind::backward_weight,
                                             ComputeKind::backward_input, ComputeKind::reduce,
                                             ComputeKind::update};
[[nodiscard]] std::string_view name_of(ComputeKind kind);  // "backward_weight"

}  // namespace lockstep::models
