#include "runs/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/readers/numerics/needed_memory.hpp"
#include "runs/available_memory.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::runs {

std::string too_little_memory(const models::Setup& setup, const models::ClosedForm& form,
                              const Limits& limits) {
  // Less than any kind takes: docs/performance.md has the figures.
  constexpr double bytes_a_rank = 1000;
  constexpr double bytes_a_rank_with_messages = 2000;
  const bool sends = form.messages > 0;
  const double needed = setup.ranks() * (sends ? bytes_a_rank_with_messages : bytes_a_rank);
  constexpr double always_there = 16e6;  // and looking would take longer than a small run
  if (needed <= always_there && !limits.memory_bytes) return {};
  AvailableMemory available = available_memory();
  if (limits.memory_bytes && *limits.memory_bytes < available.bytes)
    available = {*limits.memory_bytes, "are what --max-memory allows"};
  if (needed > static_cast<double>(available.bytes))
    return fmt::format(
        "needs at least {} of memory to simulate {} ranks, and {} {}: simulate fewer hosts; "
        "`lockstep cost` needs no more for many",
        format_bytes(needed), setup.ranks(), format_bytes(static_cast<double>(available.bytes)),
        available.whose);
  return {};
}

std::string too_many_messages(const models::ClosedForm& form, const Limits& limits) {
  constexpr double seconds_a_message = 0.3e-6;
  constexpr double most_messages = 1e12;
  const double messages = to_double(form.messages);
  if (messages <= most_messages || limits.events || limits.time_s) return {};
  return fmt::format(
      "would simulate {:.2g} messages one by one, which takes {} or more: simulate fewer hosts or "
      "iterations, or another way to sum gradients; `lockstep cost` evaluates the closed form at "
      "once; --max-time or --max-events simulate it all the same, up to there",
      messages, format_seconds(messages * seconds_a_message));
}

Faults too_many_numbers(const std::vector<models::Setup>& computed, int ranks_here) {
  const AvailableMemory available = available_memory();
  Faults faults;
  for (const models::Setup& setup : computed) {
    const int ranks = std::min(ranks_here, setup.ranks());
    const Count needed = models::least_bytes_of_numbers(setup, ranks);
    if (needed <= Count{available.bytes}) continue;
    faults.push_back(
        {setup.pointer,
         fmt::format("needs at least {} of memory for the numbers of {} rank{} with {} parameters "
                     "each, and {} {}",
                     format_bytes(to_double(needed)), ranks, ranks == 1 ? "" : "s",
                     setup.mlp.parameters(), format_bytes(static_cast<double>(available.bytes)),
                     available.whose)});
  }
  return faults;
}

}  // namespace lockstep::runs
