#include "models/readers/simulate/outages.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::models {

FailureClock::FailureClock(std::uint64_t seed, std::uint64_t stream, double mean_s,
                           std::vector<double> given_s)
    : random_(seed, stream), mean_s_(mean_s), given_s_(std::move(given_s)) {
  repaired({});
}

void FailureClock::repaired(Picoseconds from) {
  next_random_ = longest_run;
  if (std::isfinite(mean_s_))
    next_random_ = saturating_add(from, nearest_seconds(-mean_s_ * std::log1p(-random_.uniform())));
  while (passed_ < given_s_.size() && nearest_seconds(given_s_[passed_]) < from) ++passed_;
  const Picoseconds given =
      passed_ < given_s_.size() ? nearest_seconds(given_s_[passed_]) : longest_run;
  if (given <= next_random_ && passed_ < given_s_.size()) ++passed_;
  next_ = std::min(given, next_random_);
}

namespace {

// Of one host or link; `which` is the member that names it.
template <class Given, class Index>
std::vector<double> times_of(const std::vector<Given>& all, Index Given::* which, Index index) {
  std::vector<double> times_s;
  for (const Given& failure : all)
    if (failure.*which == index) times_s.push_back(failure.at_s);
  return times_s;
}

}  // namespace

std::vector<FailureClock> clocks_of_hosts(std::uint64_t seed, const Failures& failures, int hosts) {
  std::vector<FailureClock> clocks;
  for (int host = 0; host < hosts; ++host)
    clocks.emplace_back(seed, first_stream_of_failures + static_cast<std::uint64_t>(host),
                        failures.mean_time_between_s,
                        times_of(failures.given, &GivenFailure::host, host));
  return clocks;
}

HostOutages::HostOutages(const Setup& setup, const Failures& failures)
    : clocks_(clocks_of_hosts(setup.training.seed, failures, setup.cluster.hosts())),
      repair_(nearest_seconds(failures.repair_s)) {}

Picoseconds HostOutages::begin_of(topologies::HostIndex host, Picoseconds begin, Picoseconds span,
                                  Picoseconds before) {
  if (losses_.failures > most_failures) return longest_run;
  FailureClock& clock = clocks_[static_cast<std::size_t>(host)];
  Picoseconds again = {};  // what is to be computed again first
  while (begin < longest_run && losses_.failures <= most_failures &&
         clock.next() < saturating_add(begin, again + span)) {
    const Picoseconds failed = clock.next();
    const Picoseconds back = saturating_add(failed, repair_);
    ++losses_.failures;
    losses_.down_s += repair_.seconds();
    if (failed > begin) {
      losses_.lost_s += (failed - begin + before - again).seconds();
      again = before;
    }
    clock.repaired(back);
    begin = std::max(begin, back);
  }
  return saturating_add(begin, again);
}

LinkOutages::LinkOutages(const Setup& setup, const Failures& failures, sim::Engine& engine,
                         topologies::Network& network)
    : engine_(&engine), network_(&network), repair_(nearest_seconds(failures.link_repair_s)) {
  for (std::size_t link = 0; link < setup.cluster.topology->links.size(); ++link)
    clocks_.emplace_back(setup.training.seed, first_stream_of_link_failures + link,
                         failures.link_mean_time_between_s,
                         times_of(failures.given_links, &GivenLinkFailure::link,
                                  static_cast<topologies::LinkIndex>(link)));
  for (std::size_t link = 0; link < clocks_.size(); ++link) await(link);
}

void LinkOutages::await(std::size_t link) {
  if (clocks_[link].next() == longest_run) return;
  engine_->after(
      clocks_[link].next() - engine_->now(),
      {[](void* self, std::uint64_t argument) { static_cast<LinkOutages*>(self)->fail(argument); },
       this, link});
}

void LinkOutages::fail(std::size_t link) {
  network_->take_down(static_cast<topologies::LinkIndex>(link));
  if (++failures_ > most_failures) {
    engine_->after(longest_run, {[](void* /*target*/, std::uint64_t /*argument*/) {}, this, 0});
    return;
  }
  engine_->after(repair_, {[](void* self, std::uint64_t argument) {
                             static_cast<LinkOutages*>(self)->come_back(argument);
                           },
                           this, link});
}

void LinkOutages::come_back(std::size_t link) {
  network_->bring_up(static_cast<topologies::LinkIndex>(link));
  clocks_[link].repaired(engine_->now());
  await(link);
}

}  // namespace lockstep::models
