#include "scenarios/planned_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/cost/make_setup.hpp"
#include "scenarios/fault_list.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/planned_values.hpp"

namespace lockstep::scenarios {
namespace {

using models::OptionSpec;
using models::OptionValue;

// Half as many hosts each time, where nothing in the scenario names a host.
std::vector<Json> fewer_hosts(const Json& document, const Plan& plan) {
  const Json::json_pointer pointer{plan_hosts};
  if (!document.contains(pointer) || !document[pointer].is_number_integer()) return {};
  const Json& cluster = document["cluster"];
  const bool has_names = cluster.contains("rank_order") || cluster.contains("background") ||
                         cluster.contains("cores") || cluster["topology"].contains("overrides") ||
                         (cluster.contains("device") && cluster["device"].is_array());
  const Json& training = document["training"];
  const bool has_shares = training.contains("shares") || (training.contains("batch_per_worker") &&
                                                          training["batch_per_worker"].is_array());
  const bool has_topology = std::ranges::any_of(
      plan.kinds, [](const PlannedKind& kind) { return kind.topology != nullptr; });
  if (has_names || has_shares || has_topology) return {};
  std::vector<Json> values;
  for (auto hosts = document[pointer].get<std::int64_t>(); hosts >= 1; hosts /= 2)
    values.emplace_back(hosts);
  return values;
}

bool is_of_hosts(const SweepAxis& axis) {
  return std::ranges::any_of(axis.pointers, [](const SweptPointer& swept) {
    return swept.pointer.starts_with("/cluster/topology") || swept.pointer == "/cluster";
  });
}

Json without_plan(const Json& document) {
  Json plain = document;
  for (const char* key : {"plan", "algorithm", "algorithms"}) plain.erase(key);
  return plain;
}

PlanContext context_of(const Scenario& scenario, std::int64_t hosts, bool hosts_vary) {
  const models::Training& training = scenario.training;
  PlanContext context;
  context.hosts = hosts;
  context.batch =
      std::max<std::int64_t>(1, training.batch_is_global ? training.batch : training.batch * hosts);
  context.worker_batch = std::max<std::int64_t>(1, context.batch / hosts);
  if (!training.shares.even()) context.worker_batch = 1;
  context.iterations = training.iterations;
  context.layers = scenario.measured.empty() ? scenario.mlp.layers
                                             : static_cast<std::int64_t>(scenario.measured.size());
  context.hosts_vary = hosts_vary;
  context.random = scenario.cluster.slowdown && scenario.cluster.slowdown->random();
  return context;
}

// Those values that the option knows.
std::vector<OptionValue> known_values(const std::vector<Json>& values, const OptionSpec& option) {
  std::vector<OptionValue> known;
  for (const Json& value : values) {
    FaultList faults;
    auto read = read_option({&value, "", &faults}, option);
    if (read && std::ranges::find(known, *read) == known.end()) known.push_back(std::move(*read));
  }
  return known;
}

}  // namespace

Result<PlannedScenario> PlannedScenario::of(const Json& document,
                                            const std::filesystem::path& folder,
                                            const std::string& name, LoadOptions options) {
  FaultList faults;
  return of(document, folder, name, std::move(options), faults);
}

Result<PlannedScenario> PlannedScenario::of(const Json& document,
                                            const std::filesystem::path& folder,
                                            const std::string& name, LoadOptions options,
                                            FaultList& faults) {
  options.plan = PlanUse::searched;
  options.sweep = SweepUse::refused;
  PlannedScenario planned;
  planned.folder_ = folder;
  planned.name_ = name;
  planned.whole_ = read_scenario(document, folder, name, options, faults);
  planned.options_ = std::move(options);
  if (planned.options_.strict) faults.add_all(planned.whole_.warnings);
  if (faults.count() > 0) return faults.in_file_order(document);
  Faults of_plan = planned.lay_out(document);
  sort_in_file_order(of_plan, document);
  if (!of_plan.empty()) return of_plan;
  return planned;
}

Faults PlannedScenario::lay_out(const Json& document) {
  plain_ = without_plan(document);
  axes_ = whole_.plan.axes;
  add_default_hosts(document);
  Faults faults = add_grounds();
  return faults.empty() ? add_spaces() : faults;
}

void PlannedScenario::add_default_hosts(const Json& document) {
  if (std::ranges::any_of(axes_.axes(), is_of_hosts)) return;
  std::vector<Json> hosts = fewer_hosts(document, whole_.plan);
  if (hosts.size() < 2) return;
  std::vector<SweepAxis> axes = axes_.axes();
  axes.insert(axes.begin(), {plan_hosts, {{plan_hosts, std::move(hosts), "/plan/hosts"}}});
  axes_ = Sweep(std::move(axes));
  hosts_by_default_ = true;
}

Faults PlannedScenario::add_grounds() {
  const auto points = static_cast<std::size_t>(axes_.points());
  LoadOptions options = options_;
  options.data = DataUse::unread;
  FaultList faults;
  for (std::size_t point = 0; point < points && !faults.full(); ++point) {
    const std::vector<SweptValue> values = axes_.at(point);
    Result<Json> document = document_at(plain_, values);
    if (!document) {
      faults.add_all(document.faults());
      continue;
    }
    FaultList of_ground;
    Scenario scenario = read_scenario(*document, folder_, name_, options, of_ground);
    if (of_ground.count() == 0) {
      grounds_.push_back({point, std::move(*document), std::move(scenario)});
      continue;
    }
    // Not every number of hosts makes a hypercube, and nobody asked for this one.
    if (hosts_by_default_ && values.front().index > 0) continue;
    for (const Fault& fault : of_ground.kept()) {
      Fault placed = fault_at(values, fault);
      faults.add(placed.pointer == "/sweep" ? "/plan" : std::move(placed.pointer),
                 std::move(placed.message));
    }
  }
  return faults.kept();
}

std::vector<PlannedScenario::Axis> PlannedScenario::axes_of(const Ground& ground,
                                                            const PlannedKind& kind) const {
  const PlanContext context =
      context_of(ground.scenario,
                 kind.topology ? static_cast<std::int64_t>(kind.topology->hosts.size())
                               : ground.scenario.cluster.hosts(),
                 hosts_by_default_);
  std::vector<Axis> axes;
  for (const OptionSpec& option : kind.algorithm->options) {
    Axis axis = {&option, {}};
    const auto given = std::ranges::find(kind.given, option.name, &PlannedOption::name);
    const auto everywhere =
        std::ranges::find(whole_.plan.everywhere, option.name, &Plan::Everywhere::name);
    if (given != kind.given.end())
      axis.values = given->values;
    else if (everywhere != whole_.plan.everywhere.end())
      axis.values = known_values(everywhere->values, option);
    else
      axis.values = planned_values(option, context);
    axes.push_back(std::move(axis));
  }
  return axes;
}

Faults PlannedScenario::add_spaces() {
  Count total = 0;
  for (std::size_t ground = 0; ground < grounds_.size(); ++ground)
    for (std::size_t kind = 0; kind < whole_.plan.kinds.size(); ++kind) {
      const PlannedKind& planned = whole_.plan.kinds[kind];
      // One worker is one worker, however many hosts there are.
      if (hosts_by_default_ && planned.algorithm->family == models::Family::sequential &&
          axes_.at(grounds_[ground].point).front().index > 0)
        continue;
      Space space = {ground, kind, axes_of(grounds_[ground], planned)};
      space.first = static_cast<std::size_t>(total);
      Count size = 1;
      for (const Axis& axis : space.axes) size *= static_cast<std::int64_t>(axis.values.size());
      total += size;
      if (total > most_candidates)
        return {{"/plan", fmt::format("has more than {} candidates: say which kinds, and which "
                                      "values of their options, are to be tried",
                                      most_candidates)}};
      if (size > 0) spaces_.push_back(std::move(space));
    }
  candidates_ = static_cast<std::size_t>(total);
  return {};
}

PlannedScenario::Found PlannedScenario::find(std::size_t candidate) const {
  const auto next = std::ranges::upper_bound(spaces_, candidate, {}, &Space::first);
  Found found = {&*std::prev(next), {}};
  std::size_t rest = candidate - found.space->first;
  const std::vector<Axis>& axes = found.space->axes;
  found.indices.resize(axes.size());
  for (std::size_t i = axes.size(); i > 0; --i) {
    found.indices[i - 1] = rest % axes[i - 1].values.size();
    rest /= axes[i - 1].values.size();
  }
  return found;
}

Result<models::Setup> PlannedScenario::setup(std::size_t candidate) const {
  const Found found = find(candidate);
  const PlannedKind& planned = kind(*found.space);
  const Scenario& scenario = grounds_[found.space->ground].scenario;
  models::AlgorithmSpec spec;
  spec.algorithm = planned.algorithm;
  spec.label = planned.label;
  spec.pointer = "/algorithm";
  spec.options = models::Options(planned.algorithm->options);
  for (std::size_t i = 0; i < found.indices.size(); ++i) {
    const Axis& axis = found.space->axes[i];
    spec.options.set(axis.option->name, axis.values[found.indices[i]]);
  }
  models::Cluster cluster = scenario.cluster;
  if (planned.topology) cluster.topology = planned.topology;
  return models::make_setup(scenario.mlp, scenario.training, cluster, spec, scenario.measured);
}

bool PlannedScenario::repeats(std::size_t candidate, const models::Setup& setup) const {
  const Found found = find(candidate);
  std::size_t stride = 1;  // between candidates that differ in the next value of one option
  for (std::size_t i = found.indices.size(); i > 0; --i) {
    const Axis& axis = found.space->axes[i - 1];
    const OptionSpec& option = *axis.option;
    if (found.indices[i - 1] > 0 && option.idle != nullptr && !option.idle(setup).empty())
      for (std::size_t before = 1; before <= found.indices[i - 1]; ++before)
        if (this->setup(candidate - before * stride)) return true;
    stride *= axis.values.size();
  }
  return false;
}

std::size_t PlannedScenario::learning_group(std::size_t candidate) const {
  const Found found = find(candidate);
  std::size_t group = 0;
  for (std::size_t i = 0; i < found.indices.size(); ++i) {
    const Axis& axis = found.space->axes[i];
    if (is_cost_alone(axis.option->name)) continue;
    group = group * axis.values.size() + found.indices[i];
  }
  return found.space->first + group;  // there are no more groups than candidates
}

std::vector<SweptValue> PlannedScenario::at(std::size_t candidate) const {
  return axes_.at(grounds_[find(candidate).space->ground].point);
}

Json PlannedScenario::algorithm(std::size_t candidate) const {
  const Found found = find(candidate);
  const PlannedKind& planned = kind(*found.space);
  Json algorithm = {{"kind", planned.algorithm->kind}, {"label", planned.label}};
  if (planned.topology) algorithm["topology"] = planned.written_topology;
  const models::Options usual(planned.algorithm->options);
  for (std::size_t i = 0; i < found.indices.size(); ++i) {
    const Axis& axis = found.space->axes[i];
    const OptionValue& value = axis.values[found.indices[i]];
    if (value != usual.all().find(axis.option->name)->second)
      algorithm[std::string(axis.option->name)] = option_json(value);
  }
  return algorithm;
}

Json PlannedScenario::telling_options(std::size_t candidate) const {
  const Found found = find(candidate);
  const Result<models::Setup> run = setup(candidate);
  const models::Options usual(kind(*found.space).algorithm->options);
  Json options = Json::object();
  for (std::size_t i = 0; i < found.indices.size(); ++i) {
    const Axis& axis = found.space->axes[i];
    const OptionValue& value = axis.values[found.indices[i]];
    const bool is_idle = run && axis.option->idle != nullptr && !axis.option->idle(*run).empty();
    const bool is_usual = value == usual.all().find(axis.option->name)->second;
    if (!is_idle && (axis.values.size() > 1 || !is_usual))
      options[std::string(axis.option->name)] = option_json(value);
  }
  return options;
}

Result<Scenario> PlannedScenario::scenario(std::size_t candidate) const {
  const Found found = find(candidate);
  Json document = grounds_[found.space->ground].document;
  document["name"] = fmt::format("{}: {}", whole_.name, kind(*found.space).label);
  document.erase("description");
  document["algorithm"] = algorithm(candidate);
  LoadOptions options = options_;
  options.plan = PlanUse::refused;
  options.strict = false;
  FaultList faults;
  Scenario scenario = read_scenario(document, folder_, name_, options, faults);
  if (faults.count() > 0) return faults.in_file_order(document);
  return scenario;
}

}  // namespace lockstep::scenarios
