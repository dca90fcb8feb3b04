// The points of a sweep as the scenarios that they are, and where their faults stand.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/json_pointer.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

bool is_within(std::string_view pointer, std::string_view outer) {
  return pointer.starts_with(outer) &&
         (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

// "/model/width = 64, /cluster/topology/hosts = 4"
std::string words(const std::vector<SweptValue>& values) {
  std::string words;
  for (const SweptValue& each : values)
    words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", each.swept->pointer,
                         shown(each.value()));
  return words;
}

// A fault in what `each` sets.
Fault fault_in(const SweptValue& each, const Fault& fault) {
  const std::string inside = fault.pointer.substr(each.swept->pointer.size());
  const std::string message =
      inside.empty() ? fault.message : fmt::format("{}: {}", inside, fault.message);
  // That nobody knows a key is no fault of any one value.
  if (inside.empty() && fault.message.starts_with("unknown key"))
    return {each.swept->place, fault.message};
  if (each.swept->listed) return {child_pointer(each.swept->place, each.index), message};
  return {each.swept->place, fmt::format("{}: {}", shown(each.value()), message)};
}

}  // namespace

Result<Json> document_at(const Json& plain, const std::vector<SweptValue>& values) {
  Json document = plain;
  for (const SweptValue& each : values) {
    if (auto reason = why_not_settable(document, each.swept->pointer))
      return Fault{each.swept->place, std::move(*reason)};
    set_value(document, each.swept->pointer, each.value());
  }
  return document;
}

Fault fault_at(const std::vector<SweptValue>& values, const Fault& fault) {
  for (const SweptValue& each : values) {
    if (is_within(fault.pointer, each.swept->pointer)) return fault_in(each, fault);
    // What the axis made on its way.
    if (fault.message.starts_with("unknown key") && is_within(each.swept->pointer, fault.pointer))
      return {each.swept->place, fmt::format("{}: {}", fault.pointer, fault.message)};
  }
  return {"/sweep", fmt::format("at {}: {}: {}", words(values), fault.pointer, fault.message)};
}

void check_points(const Json& plain, const Sweep& sweep,
                  const std::function<Faults(const Json&)>& faults_of, FaultList& faults) {
  const auto points = static_cast<std::size_t>(sweep.points());
  for (std::size_t point = 0; point < points && !faults.full(); ++point) {
    const std::vector<SweptValue> values = sweep.at(point);
    const Result<Json> document = document_at(plain, values);
    if (!document) {
      faults.add_all(document.faults());
      continue;
    }
    for (const Fault& fault : faults_of(*document)) {
      Fault placed = fault_at(values, fault);
      faults.add(std::move(placed.pointer), std::move(placed.message));
    }
  }
}

}  // namespace lockstep::scenarios
