#include "scenarios/json_pointer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lockstep::scenarios {

std::string child_pointer(std::string_view pointer, std::string_view key) {
  std::string result(pointer);
  result += '/';
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

std::string child_pointer(std::string_view pointer, std::size_t index) {
  return fmt::format("{}/{}", pointer, index);
}

namespace {

std::optional<std::string> unescaped(std::string_view step) {
  std::string result;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      result += step[i];
      continue;
    }
    ++i;
    if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    result += step[i] == '0' ? '~' : '/';
  }
  return result;
}

}  // namespace

std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer) {
  std::vector<std::string> steps;
  while (!pointer.empty()) {
    if (pointer[0] != '/') return std::nullopt;
    pointer.remove_prefix(1);
    const std::size_t length = std::min(pointer.find('/'), pointer.size());
    std::optional<std::string> step = unescaped(pointer.substr(0, length));
    if (!step) return std::nullopt;
    steps.push_back(std::move(*step));
    pointer.remove_prefix(length);
  }
  return steps;
}

std::optional<std::size_t> array_index(std::string_view step) {
  if (step.empty() || (step.size() > 1 && step[0] == '0')) return std::nullopt;
  std::size_t index = 0;
  const char* const end = step.data() + step.size();
  const auto [rest, error] = std::from_chars(step.data(), end, index);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return index;
}

namespace {

using Position = std::vector<std::size_t>;

// The indices of the children that a pointer passes; a missing child counts as one past the end.
Position position_of(std::string_view pointer, const Json& document) {
  Position position;
  const Json* value = &document;
  const auto steps = pointer_steps(pointer);
  if (!steps) return position;
  for (const std::string& step : *steps) {
    const std::size_t end = value->size();
    std::size_t child = end;
    if (value->is_array()) {
      child = std::min(array_index(step).value_or(end), end);
    } else if (value->is_object()) {
      child = static_cast<std::size_t>(std::distance(value->begin(), value->find(step)));
    }
    position.push_back(child);
    if (!value->is_structured() || child == end) break;
    value = &*std::next(value->begin(), static_cast<std::ptrdiff_t>(child));
  }
  return position;
}

}  // namespace

void sort_in_file_order(Faults& faults, const Json& document) {
  std::vector<std::pair<Position, std::size_t>> order;
  for (std::size_t i = 0; i < faults.size(); ++i)
    order.emplace_back(position_of(faults[i].pointer, document), i);
  std::sort(order.begin(), order.end());
  Faults sorted;
  for (const auto& [position, index] : order) sorted.push_back(std::move(faults[index]));
  faults = std::move(sorted);
}

}  // namespace lockstep::scenarios
