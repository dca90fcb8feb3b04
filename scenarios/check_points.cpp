// Every point of a sweep as the scenario that it is.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/json_pointer.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/sweep_points.hpp"

namespace lockstep::scenarios {
namespace {

bool is_within(std::string_view pointer, std::string_view outer) {
  return pointer.starts_with(outer) &&
         (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

class PointChecker {
 public:
  PointChecker(const Json& document, FaultList& faults)
      : sweep_(document["sweep"]), plain_(document), faults_(faults) {
    plain_.erase("sweep");
  }

  void check(const std::function<Faults(const Json&)>& faults_of) {
    const auto points = static_cast<std::size_t>(number_of_points(sweep_));
    for (std::size_t point = 0; point < points && !faults_.full(); ++point) {
      indices_ = indices_of_point(sweep_, point);
      const auto changed = document();
      if (!changed) continue;
      for (const Fault& fault : faults_of(*changed)) add(fault);
    }
  }

 private:
  [[nodiscard]] std::string axis_pointer(std::string_view axis) const {
    return child_pointer("/sweep", axis);
  }

  // The document at the point; nothing after a fault.
  [[nodiscard]] std::optional<Json> document() const {
    Json changed = plain_;
    auto index = indices_.begin();
    for (const auto& [pointer, values] : sweep_.items()) {
      const auto reason = why_not_settable(changed, pointer);
      if (reason) {
        faults_.add(axis_pointer(pointer), *reason);
        return std::nullopt;
      }
      set_value(changed, pointer, values[*index++]);
    }
    return changed;
  }

  // "width = 64, hosts = 4"
  [[nodiscard]] std::string words() const {
    std::string words;
    auto index = indices_.begin();
    for (const auto& [pointer, values] : sweep_.items())
      words +=
          fmt::format("{}{} = {}", words.empty() ? "" : ", ", pointer, shown(values[*index++]));
    return words;
  }

  void add(const Fault& fault) const {
    auto index = indices_.begin();
    for (const auto& axis : sweep_.items()) {
      const std::size_t value = *index++;
      if (!is_within(fault.pointer, axis.key())) continue;
      // That nobody knows a key is no fault of any one value.
      const std::string place = axis_pointer(axis.key());
      const std::string inside = fault.pointer.substr(axis.key().size());
      if (fault.message.starts_with("unknown key") && inside.empty())
        faults_.add(place, fault.message);
      else
        faults_.add(child_pointer(place, value),
                    inside.empty() ? fault.message : fmt::format("{}: {}", inside, fault.message));
      return;
    }
    faults_.add("/sweep", fmt::format("at {}: {}: {}", words(), fault.pointer, fault.message));
  }

  const Json& sweep_;
  Json plain_;
  FaultList& faults_;
  std::vector<std::size_t> indices_;
};

}  // namespace

void check_points(const Json& document, const std::function<Faults(const Json&)>& faults_of,
                  FaultList& faults) {
  PointChecker(document, faults).check(faults_of);
}

}  // namespace lockstep::scenarios
