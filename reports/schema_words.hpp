// Words of a JSON Schema: each returns the schema of one field.
#pragma once

#include <initializer_list>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::reports {

using scenarios::Json;

[[nodiscard]] Json described(const char* type, const char* what);
[[nodiscard]] Json text(const char* what);
[[nodiscard]] Json flag(const char* what);
// At least 0: seconds, samples, shares. Bytes past 64 bits are the nearest double.
[[nodiscard]] Json number(const char* what);
[[nodiscard]] Json number_or_null(const char* what);
[[nodiscard]] Json whole(const char* what);
// What is no number any more is null in JSON.
[[nodiscard]] Json loss_value(const char* what);
[[nodiscard]] Json one_of(std::initializer_list<const char*> values, const char* what);
[[nodiscard]] Json list(Json items, const char* what);

struct Field {
  const char* name;
  Json schema;
  bool always = true;
};
inline constexpr bool sometimes = false;

[[nodiscard]] Json object(const char* what, const std::vector<Field>& fields);

}  // namespace lockstep::reports
