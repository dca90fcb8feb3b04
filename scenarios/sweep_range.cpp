// Ranges of a sweep: `{ "from": 1, "to": 1024, "times": 2 }`, `{ "from": 0, "to": 1, "step": 0.1
// }`.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/sweep.hpp"

namespace lockstep::scenarios {
namespace {

// A number, and what stands behind it in a string: "10 Gbit/s".
struct Term {
  double number = 0;
  std::string unit;
};

std::optional<Term> read_term(const Place& place) {
  if (place.value->is_number()) return Term{place.value->get<double>(), ""};
  if (const auto* text = place.value->get_ptr<const std::string*>()) {
    Term term;
    const char* const end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, term.number);
    const std::size_t unit =
        text->find_first_not_of(' ', static_cast<std::size_t>(rest - text->data()));
    if (error == std::errc{} && std::isfinite(term.number) && unit != std::string::npos) {
      term.unit = text->substr(unit);
      return term;
    }
  }
  place.must_be("a number, or a string with a number and a unit");
  return std::nullopt;
}

// To 15 digits, which every double keeps: 0.1 + 2 * 0.1 is 0.3. Whole numbers stay as they are.
double rounded(double number) {
  constexpr double most_whole = 9007199254740992;  // 2^53
  if (number == std::floor(number) && std::abs(number) < most_whole) return number;
  return std::strtod(fmt::format("{:.14e}", number).c_str(), nullptr);
}

class Range {
 public:
  // Reads its keys; whether it is a range at all.
  [[nodiscard]] bool read(const Place& place) {
    const std::size_t faults_before = place.faults->count();
    ObjectReader object(place);
    const auto from = term(object, "from");
    const auto to = term(object, "to");
    times_ = object.has("times");
    if (times_ && object.has("step"))
      object.misplaced("step", R"(cannot be combined with "times")");
    const auto by = term(object, times_ || !object.has("step") ? "times" : "step");
    object.finish();
    if (place.faults->count() > faults_before) return false;
    from_ = from->number;
    to_ = to->number;
    by_ = by->number;
    unit_ = from->unit;
    return fits(place, *to, *by);
  }

  [[nodiscard]] std::vector<Json> values(const Place& place) const {
    constexpr auto most = static_cast<std::size_t>(most_sweep_points);
    std::vector<Json> values;
    double value = from_;
    while (by_is_up() ? value <= to_ : value >= to_) {
      if (values.size() == most) {
        place.fault(fmt::format("has {} values, but the limit is {}", count(), most));
        return {};
      }
      values.push_back(as_json(value));
      const auto next = static_cast<double>(values.size());
      const double last = value;
      value = rounded(times_ ? value * by_ : from_ + next * by_);
      if (value == last) {
        place.fault("moves by less than a number can hold");
        return {};
      }
    }
    return values;
  }

 private:
  static std::optional<Term> term(ObjectReader& object, std::string_view key) {
    const auto place = object.required(key);
    return place ? read_term(*place) : std::nullopt;
  }

  [[nodiscard]] bool by_is_up() const { return times_ ? by_ > 1 : by_ > 0; }

  [[nodiscard]] std::string count() const {
    if (times_) return fmt::format("more than {}", most_sweep_points);
    return fmt::format("{:.0f}", std::floor((to_ - from_) / by_) + 1);
  }

  // Whether the three go together.
  [[nodiscard]] bool fits(const Place& place, const Term& to, const Term& by) const {
    const std::string_view key = times_ ? "times" : "step";
    const std::string& unit = times_ ? "" : unit_;
    if (to.unit != unit_)
      return misfit(place, "to",
                    fmt::format("must have the unit of \"from\", {}", in_quotes(unit_)));
    if (by.unit != unit)
      return misfit(place, key,
                    times_ ? "must be a number"
                           : fmt::format("must have the unit of \"from\", {}", in_quotes(unit_)));
    if (times_ && (by_ <= 0 || by_ == 1))
      return misfit(place, key, "must be greater than 0, and not 1");
    if (!times_ && by_ == 0) return misfit(place, key, "must not be 0");
    if (times_ && from_ <= 0)
      return misfit(place, "from", R"(must be greater than 0 with "times")");
    if (by_is_up() ? from_ > to_ : from_ < to_)
      return misfit(place, key, R"(leads away from "to")");
    return true;
  }

  static bool misfit(const Place& place, std::string_view key, std::string_view what) {
    place.faults->add(child_pointer(place.pointer, key),
                      fmt::format("{}, found {}", what, shown((*place.value)[std::string(key)])));
    return false;
  }

  [[nodiscard]] Json as_json(double value) const {
    if (!unit_.empty()) return fmt::format("{} {}", value, unit_);
    constexpr double most_integer = 9e18;
    if (value == std::floor(value) && std::abs(value) < most_integer)
      return static_cast<std::int64_t>(value);
    return value;
  }

  double from_ = 0;
  double to_ = 0;
  double by_ = 0;
  bool times_ = false;
  std::string unit_;
};

}  // namespace

std::vector<Json> range_values(const Place& place) {
  Range range;
  return range.read(place) ? range.values(place) : std::vector<Json>();
}

}  // namespace lockstep::scenarios
