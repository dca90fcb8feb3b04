// The options of an algorithm: what its file declares, and what a scenario sets.
//
// An algorithm declares its options beside its program, each as a constant of its type, and all as
// a table:
//
//   constexpr IntegerOption sync_period_option = OptionSpec{.name = "sync_period", ...};
//   constexpr auto options = option_table(sync_period_option, ...);
//   ... setup.options[sync_period_option] ...  // a std::int64_t
//
// The loader, the schema, `explain` and the nearest-name hints read that table: a new option
// touches one file. A misspelt option, or one of another type, does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <boost/container/flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace lockstep::models {

struct Setup;

enum class OptionType : std::uint8_t {
  boolean,
  integer,
  number,    // a plain double
  bytes,     // a quantity: 26214400 or "25 MiB"
  choice,    // one of `choices`
  integers,  // a list of integers: [2, 1, 1]
  text,      // any text; with an empty default it must be given
};

struct OptionSpec {
  std::string_view name;  // the JSON key
  OptionType type;
  std::string_view summary;  // one sentence, with the default in words where it is derived
  // The default, of the type that matches `type`: bool, int64, double (number, bytes), text
  // (choice, text), list.
  std::variant<bool, std::int64_t, double, std::string_view, std::span<const std::int64_t>>
      fallback;
  double least = -std::numeric_limits<double>::infinity();  // integer (also of a list), number,
                                                            // bytes: inclusive
  double most = std::numeric_limits<double>::infinity();
  bool below_most = false;  // number: `most` itself is excluded
  std::span<const std::string_view> choices = {};
  // integer: a name that may be written for 0, such as "end".
  std::string_view zero_name = {};
  // Returns why the option has no effect on a run, as "with ...", or an empty text if it has one.
  // Null: the option always has an effect.
  std::string (*idle)(const Setup& setup) = nullptr;
};

// This function is defined nowhere: the compiler names it if an option's type and its default do
// not match.
void option_has_a_default_of_another_type();

// An option whose values have type `Value`.
template <class Value>
struct TypedOption : OptionSpec {
  // NOLINTNEXTLINE(google-explicit-constructor): an option is written as an `OptionSpec`.
  consteval TypedOption(const OptionSpec& spec) : OptionSpec(spec) {
    if (!goes_with(spec.type) || !goes_with_default(spec.fallback))
      option_has_a_default_of_another_type();
  }

 private:
  template <class Other>
  static constexpr bool holds = std::is_same_v<Value, Other>;

  static constexpr bool goes_with(OptionType type) {
    switch (type) {
      case OptionType::boolean:
        return holds<bool>;
      case OptionType::integer:
        return holds<std::int64_t>;
      case OptionType::number:
      case OptionType::bytes:
        return holds<double>;
      case OptionType::choice:
      case OptionType::text:
        return holds<std::string>;
      case OptionType::integers:
        return holds<std::vector<std::int64_t>>;
    }
    return false;
  }
  template <class Fallback>
  static constexpr bool goes_with_default(const Fallback& fallback) {
    return holds<bool>           ? std::holds_alternative<bool>(fallback)
           : holds<std::int64_t> ? std::holds_alternative<std::int64_t>(fallback)
           : holds<double>       ? std::holds_alternative<double>(fallback)
           : holds<std::string>  ? std::holds_alternative<std::string_view>(fallback)
                                 : std::holds_alternative<std::span<const std::int64_t>>(fallback);
  }
};
using BooleanOption = TypedOption<bool>;
using IntegerOption = TypedOption<std::int64_t>;
using NumberOption = TypedOption<double>;
using TextOption = TypedOption<std::string>;
using IntegersOption = TypedOption<std::vector<std::int64_t>>;

// Returns `option` for an algorithm in which it is idle for reasons of its own.
template <class Value>
[[nodiscard]] consteval TypedOption<Value> with_idle(const TypedOption<Value>& option,
                                                     std::string (*idle)(const Setup& setup)) {
  OptionSpec spec = option;
  spec.idle = idle;
  return spec;
}

// The number of options that a part of a table holds: an option, or a table of its own.
template <class Part>
inline constexpr std::size_t options_in = 1;
template <std::size_t size>
inline constexpr std::size_t options_in<std::array<OptionSpec, size>> = size;

// Returns the table of the given options. Options that always go together are a table of their own,
// which is given in their place.
template <class... Part>
[[nodiscard]] consteval auto option_table(const Part&... parts) {
  std::array<OptionSpec, (options_in<Part> + ... + 0)> table{};
  auto next = table.begin();
  const auto add = [&next]<class One>(const One& part) {
    if constexpr (options_in<One> == 1 && std::is_base_of_v<OptionSpec, One>)
      *next++ = part;
    else
      next = std::copy(part.begin(), part.end(), next);
  };
  (add(parts), ...);
  return table;
}

using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>>;

// The options of one run. Every declared option is present; the loader fills in defaults.
class Options {
 public:
  Options() = default;
  // Sets every option of `specs` to its default.
  explicit Options(std::span<const OptionSpec> specs);

  void set(std::string_view name, OptionValue value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  // Whether the run's algorithm declares it.
  [[nodiscard]] bool has(const OptionSpec& option) const { return values_.contains(option.name); }

  // Returns the value of an option. The run's algorithm must declare it; otherwise it is a broken
  // invariant.
  template <class Value>
  [[nodiscard]] const Value& operator[](const TypedOption<Value>& option) const {
    return *std::get_if<Value>(&get(option.name));
  }

  // Returns, for example, `with compression "none"`, but an empty text if `option` has the choice
  // `needed`.
  [[nodiscard]] std::string unless_chosen(const TextOption& option, std::string_view needed) const;

  // Whether the run's algorithm declares an option with the JSON key `name`, for readers of any
  // table.
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] const auto& all() const { return values_; }  // ordered by name

 private:
  [[nodiscard]] const OptionValue& get(std::string_view name) const;
  // Read far more often than changed, and few.
  boost::container::flat_map<std::string, OptionValue, std::less<>> values_;
};

}  // namespace lockstep::models
