// Random values that a JSON Schema allows. Of the schema's words only those are known that
// `lockstep schema` uses.
#pragma once

#include <string_view>

#include "scenarios/scenario.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::fuzz {

using scenarios::Json;

class SchemaValues {
 public:
  // `root` holds the definitions that references name. It must outlive this.
  SchemaValues(const Json& root, sim::RandomStream& random) : root_(&root), random_(&random) {}

  // Small sizes, plausible rates; of an object all required keys and some of the others. `key` is
  // that of the value, and tells some sizes apart.
  [[nodiscard]] Json draw(const Json& schema, std::string_view key = "");
  [[nodiscard]] const Json& resolved(const Json& schema) const;

  [[nodiscard]] bool once_in(std::uint64_t times) { return random_->below(times) == 0; }
  [[nodiscard]] std::int64_t between(std::int64_t least, std::int64_t most);
  // 10 to the power of a number between these.
  [[nodiscard]] double power_of_ten(double least, double most);

 private:
  [[nodiscard]] Json object(const Json& schema);
  [[nodiscard]] Json number(const Json& schema);
  [[nodiscard]] Json quantity(std::string_view unit);

  const Json* root_;
  sim::RandomStream* random_;
};

}  // namespace lockstep::fuzz
