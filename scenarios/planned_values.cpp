#include "scenarios/planned_values.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::scenarios {
namespace {

using models::OptionSpec;
using models::OptionType;
using models::OptionValue;
using Whole = std::int64_t;
using Wholes = std::vector<Whole>;

Wholes divisors(Whole of, Whole least, Whole most) {
  Wholes found;
  for (Whole each = least; each <= most; ++each)
    if (of % each == 0) found.push_back(each);
  return found;
}

Wholes powers_of_two(Whole most) {
  Wholes found;
  for (Whole each = 1; each <= most; each *= 2) found.push_back(each);
  return found;
}

Wholes powers_dividing(Whole of) {
  Wholes found = powers_of_two(of);
  std::erase_if(found, [of](Whole each) { return of % each != 0; });
  return found;
}

Wholes with_zero(Wholes others) {
  others.insert(others.begin(), 0);
  return others;
}

// Degrees: how many hosts share a part of the work. What divides no hosts leaves some idle.
Wholes degrees(const PlanContext& at) { return divisors(at.hosts, 1, at.hosts); }
// On all hosts, which is what 0 says, or on fewer. Fewer hosts are a scenario of their own where
// their number is tried.
Wholes stages(const PlanContext& at) {
  return at.hosts_vary || at.hosts == 1 ? Wholes{0} : divisors(at.hosts, 2, at.hosts);
}
Wholes micro_batches(const PlanContext& at) { return powers_dividing(at.batch); }
Wholes chunks(const PlanContext& at) {
  Wholes found = powers_of_two(at.layers);
  std::erase(found, 1);
  return found.empty() ? Wholes{0} : found;
}
Wholes accumulation(const PlanContext& at) { return powers_dividing(at.worker_batch); }
Wholes periods(const PlanContext& at) { return powers_of_two(at.iterations); }
Wholes bounds(const PlanContext& at) { return with_zero(powers_of_two(at.iterations - 1)); }
Wholes groups(const PlanContext& at) { return with_zero(divisors(at.hosts, 2, at.hosts - 1)); }
Wholes servers(const PlanContext& at) { return powers_of_two(std::max<Whole>(1, at.hosts / 2)); }
// Only unequal workers are worth not waiting for.
Wholes backups(const PlanContext& at) {
  return at.random ? with_zero(powers_of_two(at.hosts / 4)) : Wholes{0};
}
// 0 stands for the largest divisor up to the square root.
Wholes nodes(const PlanContext& at) {
  Wholes others = divisors(at.hosts, 2, at.hosts / 2);
  const auto usual = std::find_if(others.rbegin(), others.rend(),
                                  [&](Whole each) { return each * each <= at.hosts; });
  if (usual != others.rend()) others.erase(std::next(usual).base());
  return with_zero(std::move(others));
}
Wholes zero_stages(const PlanContext& /*at*/) { return {1, 2, 3}; }
Wholes late_steps(const PlanContext& /*at*/) { return {0, 1}; }

struct Rule {
  std::string_view option;
  Wholes (*values)(const PlanContext& at) = nullptr;  // null: all choices, or both
};

constexpr std::array tried = {
    Rule{"allreduce"},
    Rule{"communication"},
    Rule{"compression"},
    Rule{"double_buffering"},
    Rule{"graph"},
    Rule{"overlap"},
    Rule{"partition"},
    Rule{"placement"},
    Rule{"prefetch"},
    Rule{"rematerialization"},
    Rule{"schedule"},
    Rule{"split"},
    Rule{"accumulation_steps", accumulation},
    Rule{"backup_workers", backups},
    Rule{"block_steps", periods},
    Rule{"chunks", chunks},
    Rule{"fetch_period", periods},
    Rule{"inner_steps", periods},
    Rule{"micro_batches", micro_batches},
    Rule{"model_parallel", degrees},
    Rule{"modules", stages},
    Rule{"overlap_steps", late_steps},
    Rule{"pipeline_parallel", degrees},
    Rule{"push_period", periods},
    Rule{"ranks_per_node", nodes},
    Rule{"servers", servers},
    Rule{"shard_size", groups},
    Rule{"stage", zero_stages},
    Rule{"stages", stages},
    Rule{"staleness_bound", bounds},
    Rule{"sync_period", periods},
    Rule{"tensor_parallel", degrees},
};

// Numbers of update rules and of compressions change what is learned, not what it costs; others
// follow from the options that are tried, or describe a network that only its owner knows.
constexpr std::array<std::string_view, 38> left_alone = {
    "adagrad",
    "adaptive",
    "beta1",
    "beta2",
    "block_learning_rate",
    "block_momentum",
    "bucket_bytes",
    "compute_groups",
    "data_parallel",
    "distance",
    "elasticity",
    "epsilon",
    "error_feedback",
    "gradient_bytes",
    "inner_learning_rate",
    "lambda",
    "levels",
    "mean_square_decay",
    "momentum",
    "nesterov",
    "optimizer",
    "optimizer_bytes",
    "outer_learning_rate",
    "outer_momentum",
    "parameter_bytes",
    "rank",
    "replicas",
    "rings",
    "slow_learning_rate",
    "slow_momentum",
    "switch_after",
    "synthesiser_depth",
    "target_momentum",
    "top_k_fraction",
    "tree_chunks",
    "vertical_sync",
    "weight_decay",
    "weight_stashing",
};

// Not the stages of a pipeline: where it is not flushed, they are how late gradients come.
constexpr std::array<std::string_view, 16> cost_alone = {
    "accumulation_steps",
    "allreduce",
    "bucket_bytes",
    "chunks",
    "levels",
    "model_parallel",
    "placement",
    "prefetch",
    "ranks_per_node",
    "rematerialization",
    "rings",
    "servers",
    "shard_size",
    "split",
    "stage",
    "tensor_parallel",
};

const Rule* rule_of(std::string_view option) {
  const auto rule = std::ranges::find(tried, option, &Rule::option);
  return rule == tried.end() ? nullptr : &*rule;
}

OptionValue default_of(const OptionSpec& option) {
  return models::Options(std::span(&option, 1)).all().begin()->second;
}

}  // namespace

std::vector<OptionValue> planned_values(const OptionSpec& option, const PlanContext& context) {
  const Rule* rule = rule_of(option.name);
  const OptionValue usual = default_of(option);
  std::vector<OptionValue> values;
  if (rule != nullptr && option.type == OptionType::boolean)
    values = {false, true};
  else if (rule != nullptr && option.type == OptionType::choice)
    for (const std::string_view choice : option.choices) values.emplace_back(std::string(choice));
  else if (rule != nullptr && option.type == OptionType::integer && rule->values != nullptr)
    for (const Whole each : rule->values(context)) values.emplace_back(each);
  std::erase(values, OptionValue(std::string(models::allreduce_by_mpi)));
  std::erase_if(values, [&](const OptionValue& value) {
    const auto* whole = std::get_if<Whole>(&value);
    return whole != nullptr && (static_cast<double>(*whole) < option.least ||
                                static_cast<double>(*whole) > option.most);
  });
  if (const auto at = std::ranges::find(values, usual); at != values.end())
    std::rotate(values.begin(), at, at + 1);
  return values.empty() ? std::vector{usual} : values;
}

bool is_tried(std::string_view option) { return rule_of(option) != nullptr; }

bool is_left_alone(std::string_view option) {
  return std::ranges::find(left_alone, option) != left_alone.end();
}

bool is_cost_alone(std::string_view option) {
  return std::ranges::find(cost_alone, option) != cost_alone.end();
}

}  // namespace lockstep::scenarios
