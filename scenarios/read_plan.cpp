// `plan`: `{ "kinds", "options", "hosts", "precision", "axes" }`, all optional. Values are one, a
// list or a range, as those of a sweep.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Algorithm;
using models::OptionSpec;
using models::OptionType;
using models::OptionValue;

// A value with its place.
struct Written {
  Json value;
  Place place;
};

// An option that holds a list takes several as a list of lists.
std::vector<Written> written_values(const Place& place, bool holds_list) {
  std::vector<Written> values;
  const Json& value = *place.value;
  const bool one_list =
      holds_list && value.is_array() &&
      !std::ranges::all_of(value, [](const Json& each) { return each.is_array(); });
  if (value.is_array() && !one_list) {
    if (value.empty()) place.must_be("a list of at least one value, a range, or a value");
    for (std::size_t i = 0; i < value.size(); ++i) values.push_back({value[i], place.element(i)});
  } else if (value.is_object()) {
    for (Json& each : range_values(place)) values.push_back({std::move(each), place});
  } else {
    values.push_back({value, place});
  }
  return values;
}

class PlanReader {
 public:
  explicit PlanReader(const Json& document) : document_(document) {}

  [[nodiscard]] Plan read(const Place& place, const std::vector<AlgorithmPart>& algorithms) {
    ObjectReader object(place);
    if (const auto kinds = object.optional("kinds"))
      read_kinds(*kinds);
    else
      take(algorithms);
    if (const auto options = object.optional("options")) read_everywhere(*options);
    std::vector<SweepAxis> axes;
    if (const auto hosts = object.optional("hosts")) add_axis(*hosts, plan_hosts, axes);
    if (const auto precision = object.optional("precision"))
      add_axis(*precision, "/model/precision", axes);
    if (const auto others = object.optional("axes")) add_axes(*others, axes);
    object.finish();
    plan_.axes = Sweep(std::move(axes));
    if (const Count points = plan_.axes.points(); points > most_grounds)
      place.fault(
          fmt::format("has {} combinations of hosts, precisions and axes, but the limit is {}",
                      points, most_grounds));
    return std::move(plan_);
  }

  // The scenario's algorithms, with what is written of them fixed; else every kind.
  void take(const std::vector<AlgorithmPart>& algorithms) {
    for (const AlgorithmPart& part : algorithms) {
      const Json& entry = document_[Json::json_pointer(part.spec.pointer)];
      PlannedKind kind = {part.spec.algorithm, part.spec.label};
      for (const OptionSpec& option : part.spec.algorithm->options)
        if (entry.is_object() && entry.contains(option.name))
          kind.given.push_back(
              {std::string(option.name), {part.spec.options.all().find(option.name)->second}});
      if (part.topology) {
        kind.topology = part.topology->topology;
        kind.written_topology = entry["topology"];
      }
      plan_.kinds.push_back(std::move(kind));
    }
    if (document_.contains("algorithm") || document_.contains("algorithms")) return;
    for (const Algorithm* algorithm : models::algorithms())
      plan_.kinds.push_back({algorithm, std::string(algorithm->kind)});
  }

  [[nodiscard]] Plan& plan() { return plan_; }

 private:
  static constexpr std::int64_t most_grounds = 10'000;

  void read_kinds(const Place& place) {
    for (const char* other : {"algorithm", "algorithms"})
      if (document_.contains(other))
        place.fault(fmt::format("cannot be combined with \"{}\"", other));
    if (!is_list(place, "kinds")) return;
    if (place.value->empty()) place.fault("must have at least one kind, found none");
    for (std::size_t i = 0; i < place.value->size(); ++i) read_kind(place.element(i));
  }

  void read_kind(const Place& place) {
    const Json named = {{"kind", *place.value}};
    const bool is_name = place.value->is_string();
    ObjectReader object(is_name ? Place{&named, place.pointer, place.faults} : place);
    const auto kind = object.required("kind");
    if (!kind) return;
    const auto known = models::algorithms();
    const auto names = names_of(known, [](const Algorithm* algorithm) { return algorithm->kind; });
    const auto index = read_choice(is_name ? place : *kind, "algorithm", names);
    if (!index) return;
    PlannedKind planned = {known[*index], std::string(known[*index]->kind)};
    if (object.has("label")) planned.label = object.text("label", planned.label);
    for (const OptionSpec& option : planned.algorithm->options)
      if (const auto values = object.optional(option.name))
        planned.given.push_back({std::string(option.name), values_of(*values, option)});
    std::vector<OptionsOf> all;
    for (const Algorithm* other : known) all.push_back({other->kind, other->options});
    find_foreign_options(object, {planned.algorithm->kind, planned.algorithm->options}, all);
    object.finish();
    plan_.kinds.push_back(std::move(planned));
  }

  // Each value once.
  static std::vector<OptionValue> values_of(const Place& place, const OptionSpec& option) {
    std::vector<OptionValue> values;
    for (const Written& written : written_values(place, option.type == OptionType::integers)) {
      const Place at = {&written.value, written.place.pointer, place.faults};
      if (option.name == "allreduce" && written.value == models::allreduce_by_mpi) {
        at.fault("\"mpi\" is MPI_Allreduce itself, which nobody can simulate");
        continue;
      }
      const auto value = read_option(at, option);
      if (value && std::ranges::find(values, *value) == values.end()) values.push_back(*value);
    }
    return values;
  }

  // Options of any kind.
  void read_everywhere(const Place& place) {
    ObjectReader object(place);
    if (!place.value->is_object()) return;
    std::vector<std::string_view> seen;
    for (const Algorithm* algorithm : models::algorithms())
      for (const OptionSpec& option : algorithm->options) {
        if (std::ranges::find(seen, option.name) != seen.end()) continue;
        seen.push_back(option.name);
        const auto values = object.optional(option.name);
        if (!values) continue;
        Plan::Everywhere everywhere = {std::string(option.name), {}};
        for (Written& written : written_values(*values, option.type == OptionType::integers))
          if (is_known(written, option.name)) everywhere.values.push_back(std::move(written.value));
        plan_.everywhere.push_back(std::move(everywhere));
      }
    object.finish();
  }

  // Whether one of the kinds knows the value; else what the last one says of it is a fault.
  bool is_known(const Written& written, std::string_view name) {
    FaultList faults;
    for (const PlannedKind& kind : plan_.kinds)
      for (const OptionSpec& option : kind.algorithm->options) {
        if (option.name != name) continue;
        faults = FaultList();
        if (read_option({&written.value, written.place.pointer, &faults}, option)) return true;
      }
    if (faults.count() == 0)
      written.place.fault("is an option of none of the kinds");
    else
      written.place.faults->add_all(faults.kept());
    return false;
  }

  void add_axis(const Place& place, std::string_view pointer, std::vector<SweepAxis>& axes) {
    const Json list = place.value->is_array() || place.value->is_object()
                          ? *place.value
                          : Json::array({*place.value});
    const Json wrapped = {{std::string(pointer), list}};
    FaultList faults;
    Sweep one = read_sweep({&wrapped, place.pointer, &faults}, document_);
    const std::string inside = child_pointer(place.pointer, pointer);
    for (const Fault& fault : faults.kept()) {
      const bool is_inside = fault.pointer.starts_with(inside);
      place.faults->add(
          is_inside ? place.pointer + fault.pointer.substr(inside.size()) : fault.pointer,
          fault.message);
    }
    if (faults.count() > 0) return;
    axes.push_back(one.axes().front());
    axes.back().pointers.front().place = place.pointer;
  }

  void add_axes(const Place& place, std::vector<SweepAxis>& axes) {
    const Sweep others = read_sweep(place, document_);
    for (const SweepAxis& axis : others.axes()) {
      for (const SweptPointer& swept : axis.pointers)
        for (const std::string_view taken : {"/algorithm", "/plan", "/sweep", "/name"})
          if (swept.pointer.starts_with(taken))
            place.faults->add(swept.place, "must lead to the model, the training or the cluster");
      axes.push_back(axis);
    }
  }

  const Json& document_;
  Plan plan_;
};

}  // namespace

Plan read_plan(const std::optional<Place>& place, const Json& document,
               const std::vector<AlgorithmPart>& algorithms) {
  PlanReader reader(document);
  if (place) return reader.read(*place, algorithms);
  reader.take(algorithms);
  return std::move(reader.plan());
}

}  // namespace lockstep::scenarios
