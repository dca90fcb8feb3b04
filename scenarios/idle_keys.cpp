// Keys of a scenario that none of its algorithms reads: each is warned of, as an option without
// effect is.
//
// Not warned of are keys that must be there, keys with their default, and keys that another command
// than the present one reads (a learning rate is for training). Of what describes a cluster, links
// and hosts may go unused: one cluster serves many algorithms.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/language/optimizers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "scenarios/host_ranges.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Setup;

// Why a key has no effect on a run, in words that go on after "has no effect"; empty where it has.
using Reason = std::string (*)(const Setup& setup);

std::string when(bool idle, std::string_view reason) {
  return idle ? std::string(reason) : std::string{};
}

bool is_random(const Setup& setup) {
  return setup.cluster.slowdown && setup.cluster.slowdown->random();
}

// Where layers are given, `train` learns from random numbers.
std::string idle_learning_rate(const Setup& setup) {
  return when(!setup.measured.empty(), "with measured stages: they learn nothing");
}
std::string idle_seed(const Setup& setup) {
  return when(!setup.measured.empty() && !is_random(setup),
              "with measured stages and no random slowdown");
}
std::string idle_scalar_bytes(const Setup& setup) {
  const bool none = std::ranges::all_of(
      setup.measured, [](const auto& stage) { return stage.parameter_bytes == 0; });
  return when(!setup.measured.empty() && none, "with measured stages that have no parameters");
}
std::string idle_send(const Setup& setup) {
  return when(setup.workers == 1, "with one stage, which sends nothing");
}
std::string idle_network(const Setup& setup) {
  if (setup.all_sends_measured()) return "with stages that all have a measured send";
  return when(models::closed_form_of(setup).messages == 0, "where no message is sent");
}
// Under `single_port` a host's messages go in order anyway.
std::string idle_connections(const Setup& setup) {
  const bool in_order = setup.cluster.sharing == models::Sharing::single_port;
  return in_order ? "under \"single_port\", where a host sends one message at a time"
                  : idle_network(setup);
}
std::string idle_granularity(const Setup& setup) {
  const bool steps = setup.cluster.granularity == models::Granularity::step;
  if (steps && !models::may_take_whole_steps(setup))
    return "here, where ranks cannot take the steps of a collective together";
  return idle_network(setup);
}
// Measured stages fill the memory of a device and use nothing else of it.
std::string idle_device(const Setup& setup) {
  const bool unlimited = std::ranges::all_of(
      setup.cluster.devices, [](const auto& device) { return std::isinf(device.memory_bytes); });
  return when(!setup.measured.empty() && unlimited, "with measured stages");
}
std::string idle_device_figure(const Setup& setup) {
  return when(!setup.measured.empty(), "with measured stages");
}
// Cores that ranks or a memory share fold messages themselves.
std::string idle_reductions(const Setup& setup) {
  if (!setup.measured.empty()) return "with measured stages";
  if (setup.cluster.cores > 0) return "on cores that ranks share: each core folds for itself";
  return when(setup.cluster.topology->memory.has_value(),
              "on cores that share a memory: each folds for itself");
}
// The kind that is compared with may have been told what to do by its own option.
std::string idle_optimizer(const Setup& setup) {
  if (!setup.measured.empty()) return "with measured stages";
  return when(setup.options.has(models::optimizer_option) &&
                  setup.options[models::optimizer_option] != "training",
              "with an optimizer of the algorithm's own");
}
std::string idle_slowdown(const Setup& setup) {
  const bool one = setup.cluster.slowdown->mean >= 1 && setup.cluster.slowdown->mean <= 1;
  return when(!is_random(setup) && one, "with distribution \"constant\" and a mean of 1");
}
std::string idle_per(const Setup& setup) {
  return when(!is_random(setup), "with distribution \"constant\"");
}

struct IdleKey {
  std::string_view parent;  // an object, or a list of them
  std::string_view key;
  std::string_view usual;  // its default as JSON; empty: it has none
  Reason idle;
};

// A whole comes before its parts.
constexpr std::array keys = {
    IdleKey{"/model", "bytes_per_scalar", "4", idle_scalar_bytes},
    IdleKey{"/model/stages", "send", "", idle_send},
    IdleKey{"/training", "learning_rate", "0.01", idle_learning_rate},
    IdleKey{"/training", "seed", "1", idle_seed},
    IdleKey{"/training", "optimizer", R"({"kind": "sgd"})", idle_optimizer},
    IdleKey{"/cluster/topology", "routes", "[]", idle_network},
    IdleKey{"/cluster", "device", "", idle_device},
    IdleKey{"/cluster/device", "memory_bandwidth", "", idle_device_figure},
    IdleKey{"/cluster/device", "launch_overhead", "0", idle_device_figure},
    IdleKey{"/cluster/device", "efficiency", "1", idle_device_figure},
    IdleKey{"/cluster/device", "reductions", R"("device")", idle_reductions},
    IdleKey{"/cluster", "sharing", R"("max_min")", idle_network},
    IdleKey{"/cluster", "connections", R"("ordered")", idle_connections},
    IdleKey{"/cluster", "granularity", R"("auto")", idle_granularity},
    IdleKey{"/cluster", "slowdown", "", idle_slowdown},
    IdleKey{"/cluster/slowdown", "per", R"("iteration")", idle_per},
};

class IdleKeys {
 public:
  IdleKeys(const Json& document, const std::vector<Setup>& runs, Faults& warnings)
      : document_(document), runs_(runs), warnings_(warnings) {}

  void find() {
    for (const IdleKey& key : keys) find_key(key);
    find_unused_hosts();
    find_unused_topologies();
  }

 private:
  // The value at a pointer without escapes; null where there is none.
  [[nodiscard]] const Json* at(std::string_view pointer) const {
    const Json::json_pointer where{std::string(pointer)};
    return document_.contains(where) ? &document_[where] : nullptr;
  }

  void warn(std::string pointer, std::string_view reason) {
    warnings_.push_back({std::move(pointer), fmt::format("has no effect {}", reason)});
  }

  // Why the key has no effect on any run: the first one's reason.
  [[nodiscard]] std::string reason_of(const IdleKey& key) const {
    for (const Setup& setup : runs_)
      if (key.idle(setup).empty()) return {};
    return key.idle(runs_.front());
  }

  void find_key(const IdleKey& key) {
    const bool warned = std::ranges::any_of(
        warnings_, [&](const Fault& warning) { return warning.pointer == key.parent; });
    const Json* parent = at(key.parent);
    if (parent == nullptr || warned) return;
    std::vector<std::string> given;
    if (!parent->is_array()) {
      note(*parent, key, std::string(key.parent), given);
    } else {
      for (std::size_t i = 0; i < parent->size(); ++i)
        note((*parent)[i], key, child_pointer(key.parent, i), given);
    }
    if (given.empty()) return;
    const std::string reason = reason_of(key);
    if (reason.empty()) return;
    for (const std::string& pointer : given) warn(pointer, reason);
  }

  // An engine is what the resolved copy has wherever the cluster's own hosts are no cores that fold
  // for themselves, whatever the algorithms' own topologies are.
  [[nodiscard]] bool is_usual_engine(const IdleKey& key, const Json& value) const {
    const Json* kind = at("/cluster/topology/kind");
    return key.key == "reductions" && value == "engine" && at("/cluster/cores") == nullptr &&
           (kind == nullptr || *kind != "shared_memory");
  }

  void note(const Json& object, const IdleKey& key, const std::string& pointer,
            std::vector<std::string>& given) const {
    if (object.contains("preset")) return;  // a resolved copy has its figures beside it
    const auto value = object.find(key.key);
    if (value == object.end() || is_usual_engine(key, *value)) return;
    if (key.usual.empty() || *value != Json::parse(key.usual))
      given.push_back(child_pointer(pointer, key.key));
  }

  // Entries of a list of devices.
  void find_unused_hosts() {
    const Json* devices = at("/cluster/device");
    if (devices == nullptr || !devices->is_array()) return;
    std::int64_t used = 0;
    for (const Setup& setup : runs_)
      for (const models::Rank last : {setup.workers - 1, setup.ranks() - 1})
        used = std::max<std::int64_t>(used, setup.host_of(last) + 1);
    for (std::size_t i = 0; i < devices->size(); ++i) {
      const Json& hosts = (*devices)[i]["hosts"];
      const auto ranges =
          hosts.is_string()
              ? parse_host_ranges(hosts.get_ref<const std::string&>())
              : std::vector<HostRange>{{hosts.get<std::int64_t>(), hosts.get<std::int64_t>()}};
      if (std::ranges::all_of(*ranges, [&](const auto& range) { return range.first >= used; }))
        warn(child_pointer("/cluster/device", i), "on hosts that no algorithm uses");
    }
  }

  // Topologies of algorithms that have one worker, whatever hosts there are.
  void find_unused_topologies() {
    for (const Setup& setup : runs_)
      if (setup.algorithm->family == models::Family::sequential && at(setup.pointer + "/topology"))
        warn(setup.pointer + "/topology", "with one worker, which sends nothing");
  }

  const Json& document_;
  const std::vector<Setup>& runs_;
  Faults& warnings_;
};

}  // namespace

void find_idle_keys(const Json& document, const std::vector<Setup>& runs, Faults& warnings) {
  if (!runs.empty()) return IdleKeys(document, runs, warnings).find();
  const Json& cluster = document["cluster"];
  for (const std::string_view key : {"device", "slowdown"})
    if (cluster.contains(key))
      warnings.push_back(
          {child_pointer("/cluster", key), "has no effect on traffic: nothing is computed"});
  if (cluster.contains("connections") && cluster["connections"] != "ordered")
    warnings.push_back({"/cluster/connections",
                        "has no effect on traffic: flows go in order where they name a "
                        "\"connection\""});
  if (cluster.contains("granularity") && cluster["granularity"] != "auto")
    warnings.push_back(
        {"/cluster/granularity", "has no effect on traffic: flows are simulated one by one"});
}

}  // namespace lockstep::scenarios
