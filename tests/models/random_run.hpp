// Random scenarios for an algorithm, drawn from the options that it declares: an algorithm that
// joins the registry is tested without a line of its own.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "models/algorithms/registry.hpp"
#include "models/language/optimizers.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// Closed form and simulation count the same, or the simulation less where the closed form says so.
inline void check_counts(const ClosedForm& form, const Simulated& run) {
  for (const ComputeKind kind : compute_kinds) {
    CAPTURE(name_of(kind));
    if (form.counts_exact)
      CHECK(form.flops[kind] == run.flops[kind]);
    else
      CHECK(form.flops[kind] >= run.flops[kind]);
  }
  if (form.counts_exact) {
    CHECK(form.bytes == run.bytes);
    CHECK(form.messages == run.messages);
  } else {
    CHECK(form.bytes >= run.bytes);
    CHECK(form.messages >= run.messages);
  }
}

// Where an algorithm can run: on a star, if it needs nothing else.
[[nodiscard]] inline std::string topology_for(const Algorithm& algorithm) {
  return algorithm.shared_memory ? "shared_memory" : "star";
}

class RandomRuns {
 public:
  RandomRuns(std::string kind, std::uint64_t seed)
      : kind_(std::move(kind)), random_(seed, 0), scalars_(seed, 1) {}

  [[nodiscard]] RunOf next() {
    RunOf run;
    run.kind = kind_;
    run.topology = pick({"star", "fully_connected", "ring"});
    run.sharing = static_cast<Sharing>(random_.below(3));
    run.connections = static_cast<Connections>(random_.below(2));
    run.hosts = static_cast<int>(1 + random_.below(9));
    run.bytes_per_s = std::pow(10, 8 + 3 * random_.uniform());
    run.latency_s = random_.below(4) == 0 ? 0 : std::pow(10, -7 + 3 * random_.uniform());
    run.device.flops_per_s = std::pow(10, 10 + 3 * random_.uniform());
    run.device.launch_overhead_s = random_.below(2) == 0 ? 0 : 2e-6;
    if (random_.below(3) == 0) run.device.memory_bytes_per_s = 1e10;
    run.device.reductions = any_reductions();
    if (random_.below(6) == 0)
      for (int host = 0; host < run.hosts; ++host) run.reductions.push_back(any_reductions());
    run.mlp.layers = static_cast<std::int64_t>(1 + random_.below(12));
    run.mlp.width = static_cast<std::int64_t>(1 + random_.below(100));
    run.training.batch_is_global = random_.below(2) == 0;
    run.training.batch = static_cast<std::int64_t>(24 * (1 + random_.below(20)));
    run.training.iterations = static_cast<std::int64_t>(1 + random_.below(4));
    for (const OptionSpec& spec : find_algorithm(kind_)->options)
      if (random_.below(3) != 0) run.options.emplace_back(std::string(spec.name), value_of(spec));
    if (find_algorithm(kind_)->shared_memory) {
      run.topology = "shared_memory";
      run.training.batch /= 24;  // 1 to 20 samples: such algorithms take them one by one
    }
    set_scalars(run);
    set_shares(run);
    return run;
  }

 private:
  // How long scalars are, and which of them are kept for updates.
  void set_scalars(RunOf& run) {
    const auto any_size = [this] { return std::int64_t{1} << scalars_.below(4); };
    if (scalars_.below(2) == 0) {
      run.mlp.precision = {any_size(), any_size(), any_size(), 0, any_size()};
      if (scalars_.below(2) == 0) run.mlp.precision.master_copy = any_size();
    }
    run.training.optimizer.rule = optimizer_rules[scalars_.below(optimizer_rules.size())];
    if (!run.result()) run.training.optimizer = {};  // perhaps it has a rule of its own
  }

  // Gives every worker a mini-batch of its own size, where that is possible.
  void set_shares(RunOf& run) {
    if (!find_algorithm(kind_)->takes_shares || scalars_.below(4) != 0) return;
    const Result<Setup> even = run.result();
    if (!even) return;
    RunOf uneven = run;
    for (int worker = 0; worker < even->workers; ++worker)
      uneven.training.shares.samples.push_back(static_cast<std::int64_t>(1 + scalars_.below(40)));
    uneven.training.batch_is_global = false;
    if (uneven.result()) run = uneven;
  }

  Reductions any_reductions() { return static_cast<Reductions>(random_.below(2)); }
  std::string pick(std::initializer_list<const char*> names) {
    return *(names.begin() + random_.below(names.size()));
  }
  OptionValue value_of(const OptionSpec& spec) {
    switch (spec.type) {
      case OptionType::boolean:
        return random_.below(2) == 0;
      case OptionType::integer:
        return static_cast<std::int64_t>(std::max(0.0, spec.least)) +
               static_cast<std::int64_t>(random_.below(9));
      case OptionType::number:
        return std::max(0.0, spec.least) + random_.uniform();
      case OptionType::bytes:
        return std::floor(std::pow(10, 6 * random_.uniform()));
      case OptionType::integers: {
        std::vector<std::int64_t> list(random_.below(4));
        for (std::int64_t& whole : list)
          whole = static_cast<std::int64_t>(std::max(0.0, spec.least)) +
                  static_cast<std::int64_t>(random_.below(3));
        return list;
      }
      case OptionType::text:
        return std::string("text");
      case OptionType::choice:
        return choice_of(spec);
    }
    return false;
  }

  // But MPI_Allreduce, the last where it is one of them: nobody can simulate it.
  std::string choice_of(const OptionSpec& spec) {
    const bool without_last = spec.choices.back() == allreduce_by_mpi;
    return std::string(spec.choices[random_.below(spec.choices.size() - (without_last ? 1 : 0))]);
  }

  std::string kind_;
  sim::RandomStream random_;
  sim::RandomStream scalars_;
};

}  // namespace lockstep::models::testing
