#include "reports/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "reports/csv.hpp"
#include "reports/report_json.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/json_pointer.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

std::string value_words(const Json& value) {
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr ? *text : value.dump();
}

std::string claim_words(const models::ClosedForm& form) {
  std::string words(claim_word(form.claim));
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string target_cell(const PlanRow& row) {
  if (!row.trained) return "-";
  if (row.trained->diverged) return "diverged";
  if (!row.trained->time_to_target_s) return "not reached";
  return format_seconds(*row.trained->time_to_target_s);
}

// The rows of a front that the terminal shows, by number: those that need clearly less memory than
// the one before. A front ends in many that are ever slower for next to nothing.
std::vector<std::size_t> shown_rows(const PlanReport& report, bool PlanRow::* on_front) {
  constexpr double clearly = 0.99;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    if (!(report.rows[i].*on_front)) continue;
    if (shown.empty() ||
        to_double(report.rows[i].memory) < clearly * to_double(report.rows[shown.back()].memory))
      shown.push_back(i);
  }
  return shown;
}

// Of a run, the number of its row in the report.
std::string front_table(const PlanReport& report, bool PlanRow::* on_front, Style style) {
  std::vector<Table::Column> columns = {
      {"run", Align::left}, {"workers"}, {"hosts"}, {"time a sample"}, {"memory"}};
  if (report.is_trained)
    columns.push_back({"to target"});
  else
    columns.push_back({"closed form", Align::left});
  Table table(columns);
  const std::vector<std::size_t> shown = shown_rows(report, on_front);
  for (const std::size_t i : shown) {
    const PlanRow& row = report.rows[i];
    std::vector<std::string> cells = {
        fmt::format("{} {}", i + 1, shorten(printable(row.label), 28)),
        fmt::format("{}", row.workers),
        fmt::format("{}", row.hosts),
        format_seconds(row.time_per_sample_s),
        format_bytes(to_double(row.memory)),
        report.is_trained ? target_cell(row) : claim_words(row.form)};
    table.add_row(cells);
  }
  std::string text = table.text(style);
  const auto all = static_cast<std::size_t>(std::ranges::count_if(report.rows, on_front));
  if (all > shown.size())
    text += hanging("",
                    fmt::format("and {} that save less than 1 % of memory each: -o DIR writes all",
                                all - shown.size()),
                    style);
  return text;
}

// What tells the shown rows apart, and what they approximate.
std::string row_details(const PlanReport& report, Style style) {
  std::set<std::size_t> shown;
  for (bool PlanRow::* front : {&PlanRow::is_on_front, &PlanRow::is_on_target_front})
    for (const std::size_t i : shown_rows(report, front)) shown.insert(i);
  std::string text;
  std::vector<std::pair<std::string, std::vector<std::string>>> kinds;  // by approximation
  for (const std::size_t i : shown) {
    const PlanRow& row = report.rows[i];
    if (const std::string words = plan_row_words(row); !words.empty())
      text += hanging(fmt::format("{:>3}  ", i + 1), printable(words), style);
    auto found = std::ranges::find(kinds, row.approximation,
                                   &std::pair<std::string, std::vector<std::string>>::first);
    if (found == kinds.end()) found = kinds.insert(kinds.end(), {row.approximation, {}});
    if (std::ranges::find(found->second, row.kind) == found->second.end())
      found->second.push_back(row.kind);
  }
  text += "\nWhat differs from sequential SGD:\n";
  for (const auto& [approximation, of] : kinds)
    text += hanging("  ", fmt::format("{}: {}", fmt::join(of, ", "), approximation), style);
  return text;
}

std::string line(std::size_t count, const std::string& words, Style style) {
  return count == 0 ? std::string() : hanging(fmt::format("{:>9}  ", count), words, style);
}

std::string pruning_words(const PlanCounts& counts) {
  std::vector<std::string> reasons;
  const auto add = [&](std::size_t count, const char* by) {
    if (count > 0) reasons.push_back(fmt::format("{} by {}", count, by));
  };
  add(counts.by_exact, "an exact closed form");
  add(counts.by_lower_bound, "a lower bound");
  add(counts.by_work, "the work of their layers alone");
  add(counts.by_bytes, "the bytes they send alone");
  return fmt::format("cannot beat a simulated run that needs no more memory: {}",
                     fmt::join(reasons, ", "));
}

std::string refusal_words(const PlanReport& report) {
  constexpr std::size_t most_shown = 3;
  std::string words = "cannot be run";
  std::size_t told = 0;
  for (std::size_t i = 0; i < std::min(most_shown, report.refusals.size()); ++i) {
    const PlanRefusal& refusal = report.refusals[i];
    words +=
        fmt::format("{} {} as {}", i == 0 ? ":" : ";", refusal.count, printable(refusal.example));
    told += refusal.count;
  }
  if (told < report.counts.refused)
    words += fmt::format("; {} for other reasons", report.counts.refused - told);
  return words;
}

std::string counts_text(const PlanReport& report, Style style) {
  const PlanCounts& counts = report.counts;
  std::string text =
      line(counts.all, "combinations of kinds, options and the rest, of which", style);
  text +=
      line(counts.repeated, "are the same run as another: an option has no effect there", style);
  text += line(counts.refused, refusal_words(report), style);
  text += line(counts.unfit, "need more memory than their devices have", style);
  text += line(counts.pruned(), pruning_words(counts), style);
  text += line(counts.simulated, "were simulated", style);
  text += line(counts.failed, "could not be simulated to their ends", style);
  text += line(counts.left, "are left: the search was interrupted", style);
  return text;
}

Json row_json(const PlanReport& report, const PlanRow& row) {
  Json json = {{"label", row.label},
               {"algorithm", row.kind},
               {"at", row.at},
               {"options", row.options},
               {"workers", row.workers}};
  if (row.servers > 0) json["servers"] = row.servers;
  json["hosts"] = row.hosts;
  json["time_per_sample_s"] = row.time_per_sample_s;
  json["samples_per_s"] = 1 / row.time_per_sample_s;
  json["memory_bytes_of_fullest_host"] = count_json(row.memory);
  json["simulated_time_s"] = row.simulated_s;
  json["analytic_time_s"] = row.form.makespan.seconds();
  json["time_is"] = claim_word(row.form.claim);
  if (!row.form.leaves_out.empty()) json["leaves_out"] = row.form.leaves_out;
  json["approximation"] = row.approximation;
  json["on_front"] = row.is_on_front;
  if (report.is_trained) json["on_target_front"] = row.is_on_target_front;
  if (row.trained) {
    json["time_to_target_s"] = nullptr;
    if (row.trained->time_to_target_s) json["time_to_target_s"] = *row.trained->time_to_target_s;
    if (row.trained->samples_to_target) json["samples_to_target"] = *row.trained->samples_to_target;
    json["accuracy"] = row.trained->accuracy;
    json["diverged"] = row.trained->diverged;
  }
  if (!row.file.empty()) json["file"] = row.file;
  return json;
}

Json counts_json(const PlanReport& report) {
  const PlanCounts& counts = report.counts;
  Json refusals = Json::array();
  for (const PlanRefusal& refusal : report.refusals)
    refusals.push_back({{"count", refusal.count}, {"for_example", refusal.example}});
  return {{"all", counts.all},
          {"repeated", counts.repeated},
          {"refused", counts.refused},
          {"refused_because", std::move(refusals)},
          {"more_than_memory", counts.unfit},
          {"pruned", counts.pruned()},
          {"pruned_by",
           {{"exact", counts.by_exact},
            {"lower_bound", counts.by_lower_bound},
            {"work", counts.by_work},
            {"bytes", counts.by_bytes}}},
          {"simulated", counts.simulated},
          {"failed", counts.failed},
          {"left", counts.left}};
}

}  // namespace

std::string plan_row_words(const PlanRow& row) {
  std::vector<std::string> words;
  for (const auto& [pointer, value] : row.at.items())
    if (pointer != scenarios::plan_hosts)
      words.push_back(
          fmt::format("{} {}", scenarios::pointer_steps(pointer)->back(), value_words(value)));
  for (const auto& [name, value] : row.options.items()) {
    if (value == Json(true))
      words.push_back(name);
    else if (value != Json(false) && value != Json("none"))
      words.push_back(fmt::format("{} {}", name, value_words(value)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string plan_tables(const PlanReport& report, Style style) {
  std::string text = heading("Time a sample against memory", style) + "\n\n" +
                     front_table(report, &PlanRow::is_on_front, style) + "\n";
  if (report.is_trained) {
    const bool reached = std::ranges::any_of(report.rows, &PlanRow::is_on_target_front);
    text += heading("Time to target against memory", style) + "\n\n" +
            (reached ? front_table(report, &PlanRow::is_on_target_front, style)
                     : fmt::format("none of {} runs that were trained reached it\n",
                                   std::ranges::count_if(report.rows,
                                                         [](const PlanRow& row) {
                                                           return row.trained.has_value();
                                                         }))) +
            "\n";
  }
  return text + row_details(report, style) + "\n" + counts_text(report, style);
}

Json plan_json(const PlanReport& report) {
  Json rows = Json::array();
  for (const PlanRow& row : report.rows) rows.push_back(row_json(report, row));
  Json json = {{"schema", 1}, {"version", version}, {"scenario", report.scenario->resolved}};
  json["plan"] = {{"candidates", counts_json(report)}, {"rows", std::move(rows)}};
  if (report.interrupted) json["interrupted"] = true;
  return json;
}

}  // namespace lockstep::reports
