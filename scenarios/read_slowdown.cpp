// `cluster.slowdown`: random factors on the compute times of workers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "scenarios/json_text.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {

namespace {

using models::FactorTrace;
using models::Slowdown;

using Distribution = Slowdown::Distribution;

// A key that only some distributions have: read with them, misplaced with any other. `owners` names
// them.
double read_parameter(ObjectReader& object, std::string_view key, bool belongs,
                      std::string_view owners, const NumberRange& range, double fallback) {
  if (belongs) return object.number(key, range, fallback);
  if (object.has(key))
    object.misplaced(key, "has an effect only with distribution " + std::string(owners));
  return fallback;
}

// Rows of equal length, of factors above 0.
FactorTrace read_rows(const Place& place) {
  FactorTrace rows;
  if (!is_list(place, "rows of factors")) return rows;
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    const Place row = place.element(i);
    if (!is_list(row, "factors, one for each worker")) continue;
    std::vector<double>& factors = rows.emplace_back();
    for (std::size_t j = 0; j < row.value->size(); ++j)
      factors.push_back(read_number(row.element(j), {0, 1e6, true}).value_or(1));
    if (factors.empty() || factors.size() != rows.front().size())
      row.fault(fmt::format("must have {} factors, as the first row has, found {}",
                            std::max<std::size_t>(1, rows.front().size()), factors.size()));
  }
  if (rows.empty()) place.fault("must have at least one row, found none");
  return rows;
}

// Lines of factors with commas, semicolons or blanks between them; lines that begin with # say
// nothing.
FactorTrace parse_rows(const Place& file, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark that says: UTF-8
  FactorTrace rows;
  std::size_t number = 0;
  const auto fault = [&](std::string_view what) {
    file.fault(fmt::format("line {}: {}", number, what));
    return FactorTrace();
  };
  while (!text.empty()) {
    ++number;
    std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with('#') || line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::vector<double>& factors = rows.emplace_back();
    bool has_gap = true;  // after a comma with nothing before it
    for (const char* at = line.c_str(); *at != 0;) {
      if (*at == ',' || *at == ';') {
        if (has_gap) return fault("a factor is missing");
        has_gap = true;
        ++at;
      } else if (*at == ' ' || *at == '\t' || *at == '\r') {
        ++at;
      } else {
        char* end = nullptr;
        const double factor = std::strtod(at, &end);
        if (end == at || !(factor > 0) || factor > 1e6)
          return fault(fmt::format("must be factors of more than 0 and at most 1e+06, found \"{}\"",
                                   line.substr(static_cast<std::size_t>(at - line.c_str()), 20)));
        factors.push_back(factor);
        has_gap = false;
        at = end;
      }
    }
    if (has_gap) return fault("a factor is missing");
    if (factors.size() != rows.front().size())
      return fault(fmt::format("must have {} factors, as the first row has, found {}",
                               rows.front().size(), factors.size()));
  }
  if (rows.empty()) file.fault("has no row of factors");
  return rows;
}

FactorTrace read_trace(ObjectReader& object, const std::filesystem::path& folder) {
  const auto given = object.optional("factors");
  const auto file = object.optional("file");
  if (given && file) {
    file->fault("cannot be combined with \"factors\"");
    return {};
  }
  if (given) return read_rows(*given);
  if (!file) {
    object.place().fault(R"(distribution "trace" needs "file" or "factors")");
    return {};
  }
  const auto name = read_text(*file);
  if (!name) return {};
  if (name->empty()) {
    file->fault("must not be empty");
    return {};
  }
  const Result<std::string> text = read_file(folder / *name);
  if (text) return parse_rows(*file, *text);
  for (const Fault& fault : text.faults()) file->fault(*name + ": " + fault.message);
  return {};
}

double mean_of(const FactorTrace& rows) {
  double sum = 0;
  for (const std::vector<double>& row : rows) sum = std::accumulate(row.begin(), row.end(), sum);
  return sum / static_cast<double>(rows.size() * rows.front().size());
}

}  // namespace

Slowdown read_slowdown(const Place& place, const std::filesystem::path& folder, Json& resolved) {
  // Both in the order of their enum.
  constexpr std::array<std::string_view, 3> spans = {"operation", "iteration", "worker"};
  constexpr std::array<std::string_view, 7> distributions = {
      "constant", "exponential", "lognormal", "pareto", "uniform", "gamma", "trace"};
  ObjectReader object(place);
  Slowdown slowdown;
  slowdown.per = static_cast<Slowdown::Per>(
      object.choice("per", spans, static_cast<std::size_t>(slowdown.per)));
  slowdown.distribution = static_cast<Distribution>(object.choice("distribution", distributions));
  const auto is = [&](Distribution one) { return slowdown.distribution == one; };
  slowdown.mean = read_parameter(object, "mean", !is(Distribution::trace),
                                 "other than \"trace\", whose factors have a mean", {0, 1e6, true},
                                 slowdown.mean);
  slowdown.sigma = read_parameter(object, "sigma", is(Distribution::lognormal), "\"lognormal\"",
                                  {0, 1e6, true}, slowdown.sigma);
  const bool has_shape = is(Distribution::pareto) || is(Distribution::gamma);
  slowdown.shape =
      read_parameter(object, "shape", has_shape, "\"pareto\" or \"gamma\"",
                     {is(Distribution::pareto) ? 1.0 : 0.0, 1e6, true}, slowdown.shape);
  slowdown.width = read_parameter(object, "width", is(Distribution::uniform), "\"uniform\"",
                                  {0, 1, true}, slowdown.width);
  if (is(Distribution::trace)) {
    FactorTrace rows = read_trace(object, folder);
    if (!rows.empty() && !rows.front().empty()) {
      slowdown.mean = mean_of(rows);
      object.resolve("factors", rows);
      slowdown.factors = std::make_shared<const FactorTrace>(std::move(rows));
    } else {
      slowdown.distribution = Distribution::constant;
    }
  } else {
    for (const std::string_view key : {"factors", "file"})
      if (object.has(key)) object.misplaced(key, R"(has an effect only with distribution "trace")");
  }
  object.finish();
  resolved = std::move(object.resolved());
  return slowdown;
}

}  // namespace lockstep::scenarios
