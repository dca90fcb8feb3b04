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

std::vector<double> given_of_host(const Failures& failures, topologies::HostIndex host) {
  std::vector<double> times_s;
  for (const GivenFailure& failure : failures.given)
    if (failure.host == host) times_s.push_back(failure.at_s);
  return times_s;
}

std::vector<double> given_of_link(const Failures& failures, std::size_t link) {
  std::vector<double> times_s;
  for (const GivenLinkFailure& failure : failures.given_links)
    if (static_cast<std::size_t>(failure.link) == link) times_s.push_back(failure.at_s);
  return times_s;
}

}  // namespace

HostOutages::HostOutages(const Setup& setup, const Failures& failures)
    : repair_(nearest_seconds(failures.repair_s)) {
  for (int host = 0; host < setup.cluster.hosts(); ++host)
    clocks_.emplace_back(setup.training.seed,
                         first_stream_of_failures + static_cast<std::uint64_t>(host),
                         failures.mean_time_between_s, given_of_host(failures, host));
}

Picoseconds HostOutages::begin_of(topologies::HostIndex host, Picoseconds begin, Picoseconds span,
                                  Picoseconds before) {
  constexpr std::int64_t most_failures = 1'000'000;  // a run that hardly gets on is not waited for
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
                         failures.link_mean_time_between_s, given_of_link(failures, link));
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
  constexpr std::int64_t most_failures = 1'000'000;  // a run that hardly gets on is not waited for
  if (++failures_ > most_failures) {
    engine_->after(longest_run, {[](void* /*target*/, std::uint64_t /*argument*/) {}, this, 0});
    return network_->take_down(static_cast<topologies::LinkIndex>(link));
  }
  network_->take_down(static_cast<topologies::LinkIndex>(link));
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
