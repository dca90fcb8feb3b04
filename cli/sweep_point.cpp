#include "cli/sweep_point.hpp"

#include <utility>

#include "cli/run_simulation.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "reports/sweep_line.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::cli {

using scenarios::Json;
using scenarios::Scenario;
using scenarios::ScenarioAtPoint;

namespace {

constexpr const char* sums_by_mpi =
    "\"mpi\" is MPI_Allreduce itself: only `lockstep execute --transport mpi` can call it";

class PointRuns {
 public:
  PointRuns(const SweepPoints& points, const ScenarioAtPoint& at, SweptLine& result)
      : points_(points), at_(at), scenario_(at.scenario), result_(result) {}

  // Whether all runs went to their ends.
  bool add_all() {
    Json& runs = result_.line["runs"] = Json::array();
    if (scenario_.runs.empty()) return add_flows(runs);
    auto refused = at_.refused.begin();
    const auto add_refused = [&] {
      for (; refused != at_.refused.end() && refused->index == runs.size(); ++refused)
        runs.push_back(failed(refused->label, refused->faults));
    };
    for (const models::Setup& setup : scenario_.runs) {
      add_refused();
      auto run = run_of(setup);
      if (!run) return false;
      runs.push_back(std::move(*run));
    }
    add_refused();
    return true;
  }

 private:
  bool add_flows(Json& runs) {
    if (points_.closed_forms_only) {
      runs.push_back(failed("traffic", {{"/traffic", "has no closed form"}}));
      return true;
    }
    const auto traffic = topologies::run_traffic(
        *scenario_.cluster.topology, scenario_.cluster.sharing, scenario_.traffic, points_.control);
    const RunEnd end = end_of("/traffic", traffic.outcome);
    if (end.code == ExitCode::interrupted) return false;
    runs.push_back(end.code == ExitCode::done ? reports::sweep_traffic_json(scenario_, traffic)
                                              : failed("traffic", end.faults));
    return true;
  }

  std::optional<Json> run_of(const models::Setup& setup) {
    if (models::sums_by_mpi(setup))
      return failed(setup.label, {{setup.pointer + "/allreduce", sums_by_mpi}});
    if (points_.closed_forms_only)
      return reports::sweep_run_json({&setup, models::closed_form_of(setup), std::nullopt});
    const RunEnd end =
        RunSimulation{.scenario = &scenario_, .control = points_.control}.simulate(setup);
    if (end.code == ExitCode::interrupted) return std::nullopt;
    return end.run ? reports::sweep_run_json(*end.run) : failed(setup.label, end.faults);
  }

  Json failed(const std::string& label, const Faults& faults) {
    const std::string text = reports::faults_text(faults);
    if (result_.error.empty()) result_.error = text;
    return {{"label", label}, {"error", text}};
  }

  const SweepPoints& points_;
  const ScenarioAtPoint& at_;
  const Scenario& scenario_;
  SweptLine& result_;
};

}  // namespace

std::optional<SweptLine> SweepPoints::line(std::size_t point) const {
  SweptLine result = {reports::sweep_line_head(identity, swept->sweep(), point), ""};
  const auto found = swept->at(point);
  if (!found) {
    result.error = reports::faults_text(found.faults());
    result.line["error"] = result.error;
    return result;
  }
  if (!PointRuns(*this, *found, result).add_all()) return std::nullopt;
  return result;
}

}  // namespace lockstep::cli
