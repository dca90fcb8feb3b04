#include "cli/fitted_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>

#include "cli/messages.hpp"
#include "cli/named_files.hpp"
#include "cli/result_file.hpp"
#include "cli/standard_output.hpp"
#include "models/readers/calibrate/printed_tables.hpp"
#include "reports/report_json.hpp"
#include "scenarios/json_text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::cli {

namespace {

using models::FittedLink;
using models::PrintedTable;
using scenarios::Json;

struct Fit {
  PrintedTable table;
  FittedLink link;
};

template <class Value>
Value good(Result<Value> result, const char* option, const std::string& file) {
  if (result) return std::move(*result);
  throw UsageError(fmt::format("{}: {}: {}", option, file, result.faults().front().message));
}

Fit fit_of(PrintedTable table, const char* option, const std::string& file) {
  FittedLink link = good(models::fit_link(table), option, file);
  return {std::move(table), link};
}

std::vector<Fit> fits_of(const CommandLine& line) {
  std::vector<Fit> fits;
  if (const std::string file = line.text("nccl-tests"); !file.empty()) {
    const std::string text = good(scenarios::read_file(file), "--nccl-tests", file);
    fits.push_back(
        fit_of(good(models::read_nccl_tests(text), "--nccl-tests", file), "--nccl-tests", file));
  }
  if (const std::string file = line.text("osu"); !file.empty()) {
    const std::string text = good(scenarios::read_file(file), "--osu", file);
    for (PrintedTable& table : good(models::read_osu(text), "--osu", file))
      fits.push_back(fit_of(std::move(table), "--osu", file));
  }
  return fits;
}

std::string words_of(const Fit& fit) {
  const auto size_of = [](const PrintedTable::Row& row) { return row.bytes; };
  const double least = std::ranges::min(fit.table.rows, {}, size_of).bytes;
  const double most = std::ranges::max(fit.table.rows, {}, size_of).bytes;
  std::string text =
      fmt::format("{}, {} ranks, {} sizes from {} to {}\n", fit.table.benchmark, fit.table.ranks,
                  fit.table.rows.size(), format_bytes(least), format_bytes(most));
  text += fmt::format("  bandwidth {}", format_bytes_per_second(fit.link.bytes_per_s));
  if (fit.table.tells_latency)
    text += fmt::format(", latency {}", format_seconds(fit.link.latency_s));
  return text + fmt::format("; at most {:.0f} % off a time of the table\n", 100 * fit.link.worst);
}

// Presets for the key `presets` of a scenario. A latency table and a bandwidth table of one file
// are one link.
Json presets_json(const std::vector<Fit>& fits) {
  Json links = Json::array();
  for (const Fit& fit : fits) {
    if (fit.table.benchmark == "OSU bandwidth" && !links.empty() &&
        links.back()["name"] == "measured_osu") {
      links.back()["bandwidth"] = fit.link.bytes_per_s;
      links.back()["bandwidth_source"] = "fitted to " + fit.table.benchmark;
      continue;
    }
    const std::string source =
        fmt::format("fitted to {} of {} ranks, at most {:.0f} % off", fit.table.benchmark,
                    fit.table.ranks, 100 * fit.link.worst);
    links.push_back(
        {{"name", fit.table.benchmark == "nccl-tests" ? "measured_nccl" : "measured_osu"},
         {"bandwidth", fit.link.bytes_per_s},
         {"latency", fit.link.latency_s},
         {"bandwidth_source", source},
         {"latency_source", fit.table.tells_latency ? source : "not measured: taken to be 0"}});
  }
  return {{"links", std::move(links)}};
}

}  // namespace

void add_table_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("nccl-tests", value<std::string>()->value_name("FILE"),
       "in place of measuring: fit a link to a table that nccl-tests printed")  //
      ("osu", value<std::string>()->value_name("FILE"),
       "likewise, to the latency and bandwidth tables of the OSU micro-benchmarks");
}

bool names_tables(const CommandLine& line) { return line.has("nccl-tests") || line.has("osu"); }

ExitCode fit_links(const CommandLine& line) {
  for (const char* option : {"add", "quick"})
    if (line.has(option))
      throw UsageError(fmt::format("--{}: cannot be combined with tables of others", option));
  const std::string file = output_files(line, {"output"}, {"nccl-tests", "osu"}).front().file;
  if (!can_write(file)) return ExitCode::unfinished;
  const std::vector<Fit> fits = fits_of(line);
  if (file != "-")
    for (const Fit& fit : fits) print(words_of(fit));
  if (file.empty()) return ExitCode::done;
  const bool written = write_result(file, reports::json_text(presets_json(fits)));
  return written ? ExitCode::done : ExitCode::unfinished;
}

}  // namespace lockstep::cli
