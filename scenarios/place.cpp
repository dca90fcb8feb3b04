#include "scenarios/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/messages.hpp"

namespace lockstep::scenarios {

void Place::must_be(std::string_view what) const {
  fault(fmt::format("must be {}, found {}", what, shown(*value)));
}

std::optional<bool> read_boolean(const Place& place) {
  if (const auto* flag = place.value->get_ptr<const bool*>()) return *flag;
  place.must_be("true or false");
  return std::nullopt;
}

std::optional<std::string> read_text(const Place& place) {
  if (const auto* text = place.value->get_ptr<const std::string*>()) return *text;
  place.must_be("a string");
  return std::nullopt;
}

namespace {

// "must be at least 1"; nothing if the number is in range.
template <class Number>
std::optional<std::string> out_of_range(Number number, Number least, Number most,
                                        bool above_least = false, bool below_most = false) {
  if (above_least && number == least) return fmt::format("greater than {}", least);
  if (number < least) return fmt::format("{} {}", above_least ? "greater than" : "at least", least);
  if (number > most || (below_most && number == most))
    return fmt::format("{} {}", below_most ? "less than" : "at most", most);
  return std::nullopt;
}

std::optional<double> in_range(const Place& place, double number, const NumberRange& range) {
  const auto limit =
      out_of_range(number, range.least, range.most, range.above_least, range.below_most);
  if (!limit) return number;
  place.must_be(*limit);
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> read_integer(const Place& place, const IntegerRange& range) {
  if (!place.value->is_number()) {
    place.must_be("an integer");
    return std::nullopt;
  }
  const auto number = place.value->get<double>();
  if (number != std::floor(number)) {
    place.must_be("a whole number");
    return std::nullopt;
  }
  // What a conversion to int64 could not hold is out of every range.
  constexpr double beyond = 9.2e18;
  const auto limit = number > beyond ? fmt::format("at most {}", range.most)
                     : number < -beyond
                         ? fmt::format("at least {}", range.least)
                         : out_of_range(place.value->get<std::int64_t>(), range.least, range.most);
  if (!limit) return place.value->get<std::int64_t>();
  place.must_be(*limit);
  return std::nullopt;
}

std::optional<double> read_number(const Place& place, const NumberRange& range) {
  if (place.value->is_number()) return in_range(place, place.value->get<double>(), range);
  place.must_be("a number");
  return std::nullopt;
}

std::optional<double> read_quantity(const Place& place, Dimension dimension,
                                    const NumberRange& range) {
  if (place.value->is_number()) return in_range(place, place.value->get<double>(), range);
  const auto* text = place.value->get_ptr<const std::string*>();
  if (text == nullptr) {
    place.must_be("a number or a string with a unit");
    return std::nullopt;
  }
  const auto quantity = parse_quantity(*text, dimension);
  if (const auto* error = std::get_if<QuantityError>(&quantity)) {
    place.fault(error->message);
    return std::nullopt;
  }
  return in_range(place, *std::get_if<double>(&quantity), range);
}

std::optional<double> read_bytes(const Place& place, const NumberRange& range) {
  const auto bytes = read_quantity(place, Dimension::bytes, range);
  if (!bytes || *bytes == std::floor(*bytes)) return bytes;
  place.must_be("a whole number of bytes");
  return std::nullopt;
}

std::optional<std::size_t> read_choice(const Place& place, std::string_view what,
                                       std::span<const std::string_view> choices) {
  const auto text = read_text(place);
  if (!text) return std::nullopt;
  const auto found = std::find(choices.begin(), choices.end(), *text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  place.fault(unknown_name(what, *text, choices));
  return std::nullopt;
}

bool is_list(const Place& place, std::string_view what) {
  if (place.value->is_array()) return true;
  place.must_be(fmt::format("a list of {}", what));
  return false;
}

}  // namespace lockstep::scenarios
