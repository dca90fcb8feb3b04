// From a document to a scenario: the parts, the runs, what they resolve to.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/elastic.hpp"
#include "models/readers/simulate/outages.hpp"
#include "models/readers/train/train.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

// The parts of the scenario as they are read, in the order of the resolved copy.
class ScenarioReader {
 public:
  ScenarioReader(const Json& document, const std::filesystem::path& folder, std::string fallback,
                 const LoadOptions& options, FaultList& faults)
      : object_({&document, "", &faults}),
        folder_(folder),
        fallback_name_(std::move(fallback)),
        data_use_(options.data),
        sweep_use_(options.sweep),
        plan_use_(options.plan),
        failures_(options.failures),
        faults_(faults) {}

  [[nodiscard]] Scenario read() {
    read_words();
    if (const auto presets = object_.optional("presets")) {
      Presets known = built_in_presets();
      Json resolved;
      read_presets(*presets, folder_, known, resolved);
      faults_.use(std::move(known));
      object_.resolve("presets", std::move(resolved));
    }
    if (has_traffic_only())
      read_flows();
    else
      read_runs();
    if (const auto sweep = object_.optional("sweep")) {
      if (sweep_use_ == SweepUse::refused)
        sweep->fault("only `lockstep sweep` and `lockstep check` go through its points");
      scenario_.sweep = read_sweep(*sweep, *object_.place().value);
      object_.resolve("sweep", *sweep->value);
    }
    object_.finish();
    if (faults_.count() == 0 && !is_planned())
      find_idle_keys(*object_.place().value, scenario_.runs, scenario_.warnings);
    if (faults_.count() == 0 && scenario_.cluster.topology)
      find_idle_links(*scenario_.cluster.topology, scenario_.warnings);
    scenario_.resolved = std::move(object_.resolved());
    return std::move(scenario_);
  }

 private:
  // Whether the runs are still to be chosen.
  [[nodiscard]] bool is_planned() const {
    return plan_use_ == PlanUse::searched || (plan_use_ == PlanUse::checked && object_.has("plan"));
  }

  // What `lockstep plan` chooses from, in place of runs.
  void plan_runs(const std::vector<AlgorithmPart>& algorithms) {
    const auto place = object_.optional("plan");
    scenario_.plan = read_plan(place, *object_.place().value, algorithms);
    if (place) object_.resolve("plan", *place->value);
    check_failures();
  }

  void read_words() {
    if (object_.has("$schema")) (void)object_.text("$schema", "");
    scenario_.name = object_.text("name", fallback_name_);
    if (object_.optional("description")) (void)object_.text("description", "");
  }

  // What is to be done is said exactly once; true if it is traffic.
  bool has_traffic_only() {
    constexpr std::array<std::string_view, 3> tasks = {"algorithm", "algorithms", "traffic"};
    std::string_view first;
    for (const std::string_view task : tasks) {
      if (!object_.has(task)) continue;
      if (!first.empty())
        faults_.add(child_pointer("", task), fmt::format("cannot be combined with \"{}\"", first));
      else
        first = task;
    }
    if (first.empty() && object_.place().value->is_object() && !is_planned() &&
        !object_.has("plan"))
      faults_.add("", R"(one of "algorithm", "algorithms" and "traffic" is missing)");
    return first == "traffic";
  }

  // Gives what flows find their nodes in.
  std::shared_ptr<const topologies::Topology> read_cluster_part(bool device_required) {
    auto place = object_.required("cluster");
    if (!place) return nullptr;
    Json part;
    Json expanded;
    if (place->value->is_string()) {
      expanded = expand_cluster(*place);
      if (expanded.is_null()) return nullptr;
      place->value = &expanded;
    }
    ClusterPart cluster = read_cluster(*place, folder_, device_required, part);
    object_.resolve("cluster", std::move(part));
    scenario_.cluster = std::move(cluster.cluster);
    scenario_.failures = std::move(cluster.failures);
    scenario_.best_rank_order = cluster.best_rank_order;
    scenario_.ordered_ranks = cluster.ordered_ranks;
    return std::move(cluster.named);
  }

  void read_flows() {
    for (const std::string_view key : {"model", "training", "data", "numerics", "plan"})
      if (object_.has(key)) object_.misplaced(key, R"(cannot be combined with "traffic")");
    const auto named = read_cluster_part(false);
    Json part;
    if (const auto place = object_.required("traffic")) {
      scenario_.traffic = read_traffic(*place, named.get(), part);
      if (data_use_ == DataUse::required)
        place->fault("has no model to train; `lockstep run` simulates it");
      else if (plan_use_ == PlanUse::searched)
        place->fault("has no model to plan for; `lockstep run` simulates it");
    }
    object_.resolve("traffic", std::move(part));
    const Json& document = *object_.place().value;
    if (!document.contains("cluster")) return;
    for (const char* key : {"background", "failures", "rank_order"})
      if (document["cluster"].contains(key))
        scenario_.warnings.push_back(
            {child_pointer("/cluster", key), "has no effect on raw traffic"});
  }

  void read_runs() {
    (void)object_.optional("traffic");  // known, though out of place here
    const std::size_t before_model = faults_.count();
    Json model;
    bool device_required = true;
    if (const auto place = object_.required("model")) {
      scenario_.mlp = read_model(*place, scenario_.measured, model);
      device_required = !has_stages(*place);
    }
    object_.resolve("model", std::move(model));
    const std::size_t before_training = faults_.count();
    Json training;
    std::optional<double> target_accuracy;
    if (const auto place = object_.required("training")) {
      TrainingPart part = read_training(*place, scenario_.mlp, training);
      scenario_.training = part.training;
      scenario_.checkpointing = part.checkpointing;
      target_accuracy = part.target_accuracy;
    }
    object_.resolve("training", std::move(training));
    read_numbers(target_accuracy);
    const std::size_t before_cluster = faults_.count();
    (void)read_cluster_part(device_required);
    const bool sound = before_model == before_training && before_cluster == faults_.count() &&
                       scenario_.training.batch > 0 && scenario_.training.iterations > 0;
    const std::vector<AlgorithmPart> algorithms = read_algorithm_parts();
    if (is_planned()) return plan_runs(algorithms);
    if (object_.has("plan")) object_.misplaced("plan", "only `lockstep plan` searches it");
    make_runs(algorithms, sound);
  }

  // What is computed, and on which data.
  void read_numbers(const std::optional<double>& target_accuracy) {
    const bool required = data_use_ == DataUse::required;
    std::optional<DataPart> data;
    if (const auto place = required ? object_.required("data") : object_.optional("data")) {
      Json part;
      data = read_data(*place, folder_, part);
      object_.resolve("data", std::move(part));
    }
    const std::size_t faults_before = faults_.count();
    const auto place = object_.optional("numerics");
    Json part;
    scenario_.numerics = read_numerics(place, scenario_.mlp, part);
    scenario_.numerics.target_accuracy = target_accuracy;
    if (place) object_.resolve("numerics", std::move(part));
    if (required && !scenario_.measured.empty() && scenario_.numerics.mlp.layers == 0 &&
        faults_.count() == faults_before)
      faults_.add("/numerics", "must give layers and width, because measured stages have none");
    if (!data) return;
    data->spec.seed = scenario_.training.seed;
    scenario_.data = data->spec;
    if (data->sound) read_samples(data->spec);
  }

  void read_samples(const models::DataSpec& spec) {
    if (data_use_ == DataUse::unread || scenario_.numerics.mlp.layers == 0) return;
    Result<models::DividedData> samples = models::load_data(spec, scenario_.numerics.mlp);
    if (samples)
      scenario_.samples = std::make_shared<const models::DividedData>(std::move(*samples));
    else
      faults_.add_all(samples.faults());
  }

  std::vector<AlgorithmPart> read_algorithm_parts() {
    std::vector<AlgorithmPart> parts;
    Json part;
    if (const auto list = object_.optional("algorithms")) {
      parts = read_algorithms(*list, folder_, part);
      object_.resolve("algorithms", std::move(part));
    }
    if (const auto place = object_.optional("algorithm")) {
      for (AlgorithmPart& one : read_algorithm(*place, folder_, part))
        parts.push_back(std::move(one));
      object_.resolve("algorithm", std::move(part));
    }
    return parts;
  }

  // The scenario's cluster, or the same devices and rules on the algorithm's own topology.
  models::Cluster cluster_of(const AlgorithmPart& part) const {
    models::Cluster cluster = scenario_.cluster;
    if (part.topology) cluster.topology = part.topology->topology;
    return cluster;
  }

  // Devices host by host need as many hosts.
  bool devices_fit(const AlgorithmPart& part, const models::Cluster& cluster) {
    const std::size_t devices = cluster.devices.size();
    if (!part.topology || !cluster.topology || devices <= 1) return true;
    if (static_cast<std::size_t>(cluster.hosts()) == devices) return true;
    faults_.add(part.spec.pointer + "/topology",
                fmt::format("must have the {} hosts that /cluster/device describes, found {}",
                            devices, cluster.hosts()));
    return false;
  }

  void find_idle_options(const AlgorithmPart& part, const models::Setup& setup) {
    for (const models::OptionSpec* option : part.chosen) {
      const std::string reason = option->idle == nullptr ? std::string{} : option->idle(setup);
      if (reason.empty()) continue;
      scenario_.warnings.push_back({fmt::format("{}/{}", part.spec.pointer, option->name),
                                    fmt::format("has no effect {}", reason)});
    }
  }

  // Faults of a topology stand where the topology does.
  void add_faults(const AlgorithmPart& part, Faults faults) {
    constexpr std::string_view shared = "/cluster/topology";
    for (Fault& fault : faults)
      if (part.topology && fault.pointer.starts_with(shared))
        fault.pointer = part.spec.pointer + "/topology" + fault.pointer.substr(shared.size());
    faults_.add_all(faults);
  }

  // What names hosts or links of the cluster means nothing on a topology of the algorithm's own.
  bool has_no_named_hosts(const AlgorithmPart& part) {
    if (!part.topology) return true;
    const auto& background = scenario_.cluster.background;
    const bool flows = std::ranges::any_of(
        background, [](const auto& traffic) { return traffic.from || traffic.to; });
    const bool failures = scenario_.failures && (!scenario_.failures->given.empty() ||
                                                 !scenario_.failures->given_links.empty());
    for (const auto& [named, where] :
         {std::pair{flows, "/cluster/background"}, std::pair{failures, "/cluster/failures/at"},
          std::pair{scenario_.ordered_ranks, "/cluster/rank_order"}})
      if (named)
        faults_.add(
            part.spec.pointer + "/topology",
            fmt::format("cannot be combined with {}, which is about hosts of the cluster", where));
    return !flows && !failures && !scenario_.ordered_ranks;
  }

  // `sound`: all that the time of a run depends on has been read, but for its algorithm.
  void make_runs(const std::vector<AlgorithmPart>& parts, bool sound) {
    for (const AlgorithmPart& part : parts) {
      const models::Cluster cluster = cluster_of(part);
      if (!devices_fit(part, cluster) || !has_no_named_hosts(part)) continue;
      if (!sound || !part.unread.empty() || !cluster.topology) {
        add_faults(part, certain_faults(scenario_, cluster, part));
        continue;
      }
      Result<models::Setup> setup = models::make_setup(scenario_.mlp, scenario_.training, cluster,
                                                       part.spec, scenario_.measured);
      if (!setup) {
        add_faults(part, setup.faults());
        continue;
      }
      find_idle_options(part, *setup);
      scenario_.runs.push_back(std::move(*setup));
    }
    check_failures();
    scenario_.forms =
        check_runs(scenario_.runs, *object_.place().value, faults_, scenario_.warnings);
  }

  // Which runs stop with a worker, and whether the command simulates that, and searches, at all.
  void check_failures() {
    if (scenario_.checkpointing && !scenario_.failures)
      scenario_.warnings.push_back(
          {"/training/checkpoint", R"(has no effect without "failures" of the cluster)"});
    if (scenario_.best_rank_order && failures_ != FailureUse::simulated)
      faults_.add("/cluster/rank_order", R"(only `lockstep run` looks for the "best" order)");
    if (!scenario_.failures) return;
    if (scenario_.checkpointing &&
        scenario_.checkpointing->interval == models::Checkpointing::Interval::young_daly &&
        !std::isfinite(scenario_.failures->mean_time_between_s))
      faults_.add("/training/checkpoint/interval",
                  R"("young_daly" needs the "mtbf" of the cluster's failures)");
    if (failures_ == FailureUse::refused)
      faults_.add("/cluster/failures",
                  "only `lockstep run` and `lockstep train` simulate failures");
    for (const models::Setup& setup : scenario_.runs)
      if (failures_ == FailureUse::trained && scenario_.failures->elastic &&
          models::can_be_elastic(setup) && !models::can_train_elastically(setup))
        faults_.add("/cluster/failures/elastic",
                    fmt::format("`lockstep train` cannot follow {}, whose workers have models of "
                                "their own, from one number of workers to another",
                                setup.label));
    for (const models::Setup& setup : scenario_.runs)
      if (scenario_.failures->elastic && models::stops_with_a_worker(setup) &&
          !models::can_be_elastic(setup))
        scenario_.warnings.push_back(
            {"/cluster/failures/elastic",
             fmt::format("has no effect on {}, whose workers do not all have the whole model, or "
                         "equal mini-batches without servers",
                         setup.label)});
    const models::Failures& failures = *scenario_.failures;
    const bool of_hosts = std::isfinite(failures.mean_time_between_s) || !failures.given.empty();
    const bool of_links = models::Outages{failures}.of_links();
    if (of_hosts && of_links && std::ranges::any_of(scenario_.runs, models::stops_with_a_worker))
      scenario_.warnings.push_back(
          {"/cluster/failures",
           "links of a synchronous run fail at times of a run in which no host fails"});
    for (const models::Setup& setup : scenario_.runs)
      if (scenario_.checkpointing && !models::stops_with_a_worker(setup))
        check_idle_checkpoints(setup, scenario_.checkpointing->total_iterations);
  }

  // What goes on without a worker is simulated as long as it is: a few of its iterations would be
  // compared with a training of `total`, in which more fails.
  void check_idle_checkpoints(const models::Setup& setup, std::int64_t total) {
    if (failures_ == FailureUse::simulated && total > 0 && total != setup.training.iterations)
      faults_.add("/training/checkpoint/total_iterations",
                  fmt::format("does not lengthen {}, which goes on without a worker that fails: "
                              "set /training/iterations to {} to compare it with the others",
                              setup.label, total));
    scenario_.warnings.push_back(
        {"/training/checkpoint",
         fmt::format("has no effect on {}, which goes on without a worker that fails",
                     setup.label)});
  }

  ObjectReader object_;
  const std::filesystem::path& folder_;
  std::string fallback_name_;
  DataUse data_use_;
  SweepUse sweep_use_;
  PlanUse plan_use_;
  FailureUse failures_;
  FaultList& faults_;
  Scenario scenario_;
};

}  // namespace

Scenario read_scenario(const Json& document, const std::filesystem::path& folder,
                       const std::string& name, const LoadOptions& options, FaultList& faults) {
  return ScenarioReader(document, folder, name, options, faults).read();
}

models::ClosedForm closed_form_of(const Scenario& scenario, const models::Setup& setup) {
  if (scenario.forms.size() == scenario.runs.size())
    for (std::size_t run = 0; run < scenario.runs.size(); ++run)
      if (&scenario.runs[run] == &setup) return scenario.forms[run];
  return models::closed_form_of(setup);
}

}  // namespace lockstep::scenarios
