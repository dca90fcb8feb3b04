#include "reports/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "reports/text.hpp"
#include "scenarios/json_pointer.hpp"

namespace lockstep::reports {

using scenarios::Json;

namespace {

constexpr std::size_t label_columns = 18;
// Beyond, the table says who is fastest, and no more.
constexpr std::size_t most_labels = 4;

std::string text_cell(std::string_view text) { return shorten(printable(text), label_columns); }

std::string cell_of(const Json& value) {
  if (value.is_object() && value.contains("kind")) return cell_of(value["kind"]);
  const auto* text = value.get_ptr<const std::string*>();
  return text_cell(text != nullptr ? *text : value.dump());
}

std::vector<std::string> labels_of(const std::vector<SweepRow>& rows) {
  std::vector<std::string> labels;
  for (const SweepRow& row : rows)
    for (const SweepCell& run : row.runs)
      if (std::ranges::find(labels, run.label) == labels.end()) labels.push_back(run.label);
  return labels;
}

std::string last_step(const std::string& pointer) {
  return scenarios::pointer_steps(pointer)->back();
}

// The last step of an axis' pointer, or all of it where axes end alike; the name of pointers that
// move together.
std::vector<Table::Column> axis_columns(const scenarios::Sweep& sweep) {
  std::vector<Table::Column> columns;
  for (const scenarios::SweepAxis& axis : sweep.axes()) {
    const bool has_pointer = axis.name.starts_with('/');
    const auto alike = std::ranges::count_if(sweep.axes(), [&](const auto& other) {
      return has_pointer && other.name.starts_with('/') &&
             last_step(other.name) == last_step(axis.name);
    });
    columns.push_back({alike == 1 ? last_step(axis.name) : axis.name});
  }
  return columns;
}

// The value of each axis at a point; of pointers that move together, all that differ.
std::vector<std::string> axis_cells(const scenarios::Sweep& sweep, std::size_t point) {
  std::vector<std::string> cells;
  const std::vector<scenarios::SweptValue> values = sweep.at(point);
  auto value = values.begin();
  for (const scenarios::SweepAxis& axis : sweep.axes()) {
    std::vector<std::string> differing;
    for (std::size_t i = 0; i < axis.pointers.size(); ++i, ++value) {
      std::string cell = cell_of(value->value());
      if (std::ranges::find(differing, cell) == differing.end())
        differing.push_back(std::move(cell));
    }
    cells.push_back(fmt::format("{}", fmt::join(differing, "/")));
  }
  return cells;
}

// Of those that fit in memory; null if there is none.
const SweepCell* fastest(const SweepRow& row) {
  const auto rate = [](const SweepCell& run) { return run.fits_in_memory ? run.samples_per_s : 0; };
  const auto best = std::ranges::max_element(row.runs, {}, rate);
  return best == row.runs.end() || rate(*best) == 0 ? nullptr : &*best;
}

bool is_too_large(const SweepCell& run) { return run.samples_per_s > 0 && !run.fits_in_memory; }

std::string samples_cell(const SweepRow& row, const std::string& label) {
  for (const SweepCell& run : row.runs)
    if (run.label == label)
      return run.samples_per_s > 0 ? prefixed(run.samples_per_s) + (run.fits_in_memory ? "" : " !")
                                   : "failed";
  return row.runs.empty() ? "failed" : "-";
}

class SweepTable {
 public:
  SweepTable(const scenarios::Sweep& sweep, const std::vector<SweepRow>& rows)
      : sweep_(sweep), labels_(labels_of(rows)), shown_(labels_) {
    if (labels_.size() > most_labels) shown_.clear();
  }

  [[nodiscard]] std::vector<Table::Column> columns() const {
    std::vector<Table::Column> columns = axis_columns(sweep_);
    for (const std::string& label : shown_) columns.push_back({text_cell(label)});
    if (shown_.empty()) columns.push_back({"samples/s"});
    if (labels_.size() > 1) columns.push_back({"fastest", Align::left});
    return columns;
  }

  [[nodiscard]] std::vector<std::string> cells(const SweepRow& row) const {
    std::vector<std::string> cells = axis_cells(sweep_, row.point);
    for (const std::string& label : shown_) cells.push_back(samples_cell(row, label));
    const SweepCell* best = fastest(row);
    const bool none_fits = best == nullptr && std::ranges::any_of(row.runs, is_too_large);
    if (shown_.empty())
      cells.push_back(best != nullptr ? prefixed(best->samples_per_s) : none_fits ? "-" : "failed");
    if (labels_.size() > 1)
      cells.push_back(best != nullptr ? text_cell(best->label) : none_fits ? "none fits" : "-");
    return cells;
  }

  [[nodiscard]] bool names_labels() const { return !shown_.empty(); }

 private:
  const scenarios::Sweep& sweep_;
  std::vector<std::string> labels_;
  std::vector<std::string> shown_;
};

}  // namespace

SweepRow sweep_row(const Json& line) {
  SweepRow row{line["point"].get<std::size_t>()};
  if (!line.contains("runs")) return row;
  for (const Json& run : line["runs"])
    row.runs.push_back({run.value("label", ""), run.value("samples_per_s", 0.0),
                        run.value("fits_in_memory", true)});
  return row;
}

std::string sweep_table(const scenarios::Sweep& sweep, std::vector<SweepRow> rows,
                        std::size_t most_rows, Style style) {
  std::ranges::sort(rows, {}, &SweepRow::point);
  const SweepTable shape(sweep, rows);
  Table table(shape.columns());
  const std::size_t shown = std::min(most_rows, rows.size());
  for (std::size_t i = 0; i < shown; ++i) table.add_row(shape.cells(rows[i]));
  std::string text = table.text(style);
  if (shape.names_labels()) {
    text += "\nin samples per second";
    if (std::ranges::any_of(
            rows, [](const SweepRow& row) { return std::ranges::any_of(row.runs, is_too_large); }))
      text += "; !: needs more memory than devices have";
    text += "\n";
  }
  if (shown < rows.size())
    text += fmt::format("\nand {} points more: -o FILE writes all\n", rows.size() - shown);
  return text;
}

}  // namespace lockstep::reports
