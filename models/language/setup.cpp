#include "models/language/setup.hpp"

#include <algorithm>

namespace lockstep::models {

namespace {

// Over ranks [first, last); where all hosts have one device, any of them will do.
double slowest_s(const Setup& setup, Rank first, Rank last, const Work& work) {
  Picoseconds slowest;
  const bool alike = setup.cluster.devices.size() == 1;
  for (Rank rank = first; rank < (alike ? std::min(first + 1, last) : last); ++rank)
    slowest = std::max(slowest, compute_time(setup.device_of(rank), work));
  return slowest.seconds();
}

}  // namespace

double Setup::slowest_worker_s(const Work& work) const {
  return slowest_s(*this, 0, workers, work);
}

double Setup::slowest_server_s(const Work& work) const {
  return slowest_s(*this, workers, ranks(), work);
}

bool Setup::workers_fold_on_devices() const {
  const bool alike = cluster.devices.size() == 1;
  for (Rank rank = 0; rank < (alike ? 1 : workers); ++rank)
    if (!has_engine(rank)) return true;
  return false;
}

bool Setup::all_sends_measured() const {
  return !measured.empty() && std::ranges::all_of(measured, [](const MeasuredStage& stage) {
    return stage.send.has_value();
  });
}

bool Setup::same_devices() const {
  if (!batches.empty()) return false;
  if (cluster.devices.size() == 1) return true;
  for (Rank rank = 1; rank < ranks(); ++rank)
    if (!(device_of(rank) == device_of(is_server(rank) ? workers : 0))) return false;
  return true;
}

}  // namespace lockstep::models
