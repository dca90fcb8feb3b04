// What all readers of a scenario share: the list of faults that they add to, and the presets in
// which they look up names.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "scenarios/presets.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

// Keeps the first 1,000; the rest is only counted.
class FaultList {
 public:
  void add(std::string pointer, std::string message);
  // Adds faults that another layer of the program found, with `pointer` put before their pointers.
  void add_all(const Faults& faults, std::string_view pointer = "");

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] bool full() const { return count_ >= most_kept; }
  // Returns the faults in the order in which they were added.
  [[nodiscard]] const Faults& kept() const { return kept_; }

  // Returns the faults in the order of the file, each once, in printable form.
  [[nodiscard]] Faults in_file_order(const Json& document) const;

  // Returns the presets that names refer to: the built-in ones, or those given to `use`.
  [[nodiscard]] const Presets& presets() const { return presets_ ? *presets_ : built_in_presets(); }
  void use(Presets presets) { presets_ = std::make_shared<const Presets>(std::move(presets)); }

 private:
  static constexpr std::size_t most_kept = 1000;
  Faults kept_;
  std::size_t count_ = 0;
  std::shared_ptr<const Presets> presets_;
};

}  // namespace lockstep::scenarios
