// Reads an object key by key. Every key that is asked for is a known one; `finish` gives a fault
// for each other key. What was read goes into `resolved` as well, with its default where it is
// absent.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/place.hpp"

namespace lockstep::scenarios {

class ObjectReader {
 public:
  // A value that is no object is a fault, and then all its keys count as absent.
  explicit ObjectReader(const Place& place);

  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] bool has(std::string_view key) const;

  // Return the value of a key, if it is there. A required key that is absent is a fault: "missing".
  [[nodiscard]] std::optional<Place> optional(std::string_view key);
  [[nodiscard]] std::optional<Place> required(std::string_view key);

  // Each function returns the checked value, or the fallback if the key is absent (without a
  // fallback, that is the fault "missing"), or a stand-in (0, "") after a fault.
  std::int64_t integer(std::string_view key, const IntegerRange& range,
                       std::optional<std::int64_t> fallback = std::nullopt);
  double number(std::string_view key, const NumberRange& range,
                std::optional<double> fallback = std::nullopt);
  double quantity(std::string_view key, Dimension dimension, const NumberRange& range,
                  std::optional<double> fallback = std::nullopt);
  std::string text(std::string_view key, const std::optional<std::string>& fallback = std::nullopt);
  // Returns the index of the choice.
  std::size_t choice(std::string_view key, std::span<const std::string_view> choices,
                     std::optional<std::size_t> fallback = std::nullopt);

  // Adds `key` with a value of the caller's making to the resolved object.
  void resolve(std::string_view key, Json value);
  [[nodiscard]] Json& resolved() { return resolved_; }

  // Adds a fault with its own message for a key that does not belong here.
  void misplaced(std::string_view key, std::string message);

  // To be called once, when all keys have been asked for.
  void finish();
  // After `finish`: whether `key` is absent and an unknown key looks like a misspelling of it, so
  // that its default is not what the user asked for.
  [[nodiscard]] bool is_misspelt(std::string_view key) const;

 private:
  template <class Value, class Read>
  Value read(std::string_view key, const std::optional<Value>& fallback, const Read& read_value);

  [[nodiscard]] std::string unknown_key(std::string_view key);

  Place place_;
  bool is_object_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> misplaced_;
  std::vector<std::string_view> suggested_;
  Json resolved_ = Json::object();
};

}  // namespace lockstep::scenarios
