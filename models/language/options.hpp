// The options of an algorithm: what its file declares, and what a scenario sets.
//
// An algorithm declares its options beside its program, as a table of `OptionSpec`. The loader, the
// schema, `explain` and the nearest-name hints all read that table: a new option touches one file.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
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
  integers,  // a list of them: [2, 1, 1]
  text,      // any; with an empty default it must be given
};

struct OptionSpec {
  std::string_view name;  // the JSON key
  OptionType type;
  std::string_view summary;  // one sentence, with the default in words where it is derived
  // The default, of the type that goes with `type`: bool, int64, double (number, bytes), text
  // (choice, text), list.
  std::variant<bool, std::int64_t, double, std::string_view, std::span<const std::int64_t>>
      fallback;
  double least = -std::numeric_limits<double>::infinity();  // integer (also of a list), number,
                                                            // bytes: inclusive
  double most = std::numeric_limits<double>::infinity();
  bool below_most = false;  // number: `most` itself is excluded
  std::span<const std::string_view> choices = {};
  // integer: what may be written for 0, "end".
  std::string_view zero_name = {};
  // Why the option has no effect on a run, as "with ..."; empty where it has one. Null: it always
  // has.
  std::string (*idle)(const Setup& setup) = nullptr;
};

// The same option, in an algorithm with reasons of its own for it to be idle.
[[nodiscard]] constexpr OptionSpec with_idle(OptionSpec option,
                                             std::string (*idle)(const Setup& setup)) {
  option.idle = idle;
  return option;
}

using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>>;

// The options of one run, every declared one present (defaults filled in by the loader).
class Options {
 public:
  Options() = default;
  // All defaults of `specs`.
  explicit Options(std::span<const OptionSpec> specs);

  void set(std::string_view name, OptionValue value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }

  // The value of a declared option; asking for another one, or another type, is a broken invariant.
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name) const;  // number and bytes
  [[nodiscard]] const std::string& choice(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const { return choice(name); }
  [[nodiscard]] const std::vector<std::int64_t>& integers(std::string_view name) const;

  // "with compression "none"", unless the option has the one choice that is needed.
  [[nodiscard]] std::string unless_chosen(std::string_view name, std::string_view needed) const;

  [[nodiscard]] const std::map<std::string, OptionValue, std::less<>>& all() const {
    return values_;
  }

 private:
  [[nodiscard]] const OptionValue& get(std::string_view name) const;
  std::map<std::string, OptionValue, std::less<>> values_;
};

}  // namespace lockstep::models
