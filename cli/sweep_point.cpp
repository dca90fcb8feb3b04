#include "cli/sweep_point.hpp"

#include <utility>

#include "cli/runs.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "reports/sweep_line.hpp"
#include "runs/run_simulation.hpp"
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
  PointRuns(const SweepPoints& points, const ScenarioAtPoint& at)
      : points_(points), at_(at), scenario_(at.scenario) {}

  // Adds all runs to a list; returns whether they went to their ends.
  bool add_all(Json& runs) {
    if (scenario_.runs.empty()) return add_flows(runs);
    auto refused = at_.refused.begin();
    const auto add_refused = [&] {
      for (; refused != at_.refused.end() && refused->index == runs.size(); ++refused)
        runs.push_back(failed(refused->label, refused->faults));
    };
    for (std::size_t i = 0; i < scenario_.runs.size(); ++i) {
      add_refused();
      auto run = run_of(scenario_.runs[i], scenario_.forms[i]);
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

  std::optional<Json> run_of(const models::Setup& setup, const models::ClosedForm& form) {
    if (models::sums_by_mpi(setup))
      return failed(setup.label, {{setup.pointer + "/allreduce", sums_by_mpi}});
    if (points_.closed_forms_only) return reports::sweep_run_json({&setup, form, std::nullopt});
    const RunEnd end =
        RunSimulation{.scenario = &scenario_, .control = points_.control}.simulate(setup);
    if (end.code == ExitCode::interrupted) return std::nullopt;
    return end.run ? reports::sweep_run_json(*end.run) : failed(setup.label, end.faults);
  }

  static Json failed(const std::string& label, const Faults& faults) {
    return {{"label", label}, {"error", reports::faults_text(faults)}};
  }

  const SweepPoints& points_;
  const ScenarioAtPoint& at_;
  const Scenario& scenario_;
};

}  // namespace

std::optional<Json> SweepPoints::line(std::size_t point) const {
  Json line = reports::sweep_line_head(identity, swept->sweep(), point);
  scenarios::FileDigests digests = swept->digests();
  if (Json files = swept->files_at(point, digests); !files.empty())
    line["files"] = std::move(files);
  const auto found = swept->at(point);
  if (!found) {
    line["error"] = reports::faults_text(found.faults());
    return line;
  }
  if (!PointRuns(*this, *found).add_all(line["runs"] = Json::array())) return std::nullopt;
  return line;
}

}  // namespace lockstep::cli
