#include "cli/set_columns.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::cli {

namespace {

// A text without the quotes that JSON puts around it; all else as it was typed.
std::string plain(const std::string& value) {
  const auto json = scenarios::Json::parse(value, nullptr, false);
  return json.is_string() ? json.get<std::string>() : value;
}

}  // namespace

std::vector<reports::CsvColumn> set_columns(const CommandLine& line) {
  std::vector<reports::CsvColumn> columns;
  const auto add = [&](const std::string& name, std::string value) {
    const auto known = std::ranges::find(columns, name, &reports::CsvColumn::name);
    if (known == columns.end())
      columns.push_back({name, std::move(value)});
    else
      known->value = std::move(value);
  };
  for (const scenarios::Override& each : line.overrides("set"))
    add(each.pointer, plain(each.value));
  if (line.has("seed")) add("/training/seed", line.text("seed"));
  return columns;
}

}  // namespace lockstep::cli
