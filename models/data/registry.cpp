// Every kind of data: one line each, in the order in which they are listed.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/data/data_kind.hpp"

namespace lockstep::models {

extern const DataKind digits;
extern const DataKind idx;
extern const DataKind teacher;

namespace {

constexpr std::array all_kinds = {&digits, &idx, &teacher};

}  // namespace

std::span<const DataKind* const> data_kinds() { return all_kinds; }

const DataKind* find_data_kind(std::string_view kind) {
  const auto found = std::ranges::find(all_kinds, kind, &DataKind::kind);
  return found == all_kinds.end() ? nullptr : *found;
}

}  // namespace lockstep::models
