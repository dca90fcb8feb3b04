// `cluster.failures` and `training.checkpoint`: what breaks, and what is kept of it.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Checkpointing;
using models::Failures;
using models::GivenFailure;

constexpr NumberRange above_zero{0, 9.2e9, true};  // to 292 years: failures are rare

std::vector<GivenFailure> read_given(const Place& place, std::optional<std::int64_t> hosts) {
  std::vector<GivenFailure> given;
  if (!is_list(place, "failures")) return given;
  if (place.value->empty()) place.fault("must have at least one failure, found none");
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    GivenFailure failure;
    failure.at_s = object.quantity("time", Dimension::seconds, any_span);
    const std::int64_t most = hosts.value_or(topologies::most_hosts) - 1;
    if (const auto host = object.required("host"))
      if (const auto number = read_integer(*host, {0, topologies::most_hosts})) {
        if (*number > most)
          host->fault(fmt::format("must be a host from 0 to {}, found {}", most, *number));
        failure.host = static_cast<topologies::HostIndex>(*number);
      }
    object.finish();
    if (!given.empty() && failure.at_s < given.back().at_s)
      place.element(i).fault("must not be before the failure above it");
    given.push_back(failure);
  }
  return given;
}

}  // namespace

Failures read_failures(const Place& place, std::optional<std::int64_t> hosts, Json& resolved) {
  ObjectReader object(place);
  Failures failures;
  const auto at = object.optional("at");
  if (!object.has("mtbf") && !at) place.fault(R"(needs "mtbf" or "at")");
  if (object.has("mtbf"))
    failures.mean_time_between_s = object.quantity("mtbf", Dimension::seconds, above_zero);
  if (at) {
    failures.given = read_given(*at, hosts);
    object.resolve("at", *at->value);
  }
  failures.repair_s = object.quantity("repair", Dimension::seconds, any_span, 0.0);
  object.finish();
  resolved = std::move(object.resolved());
  return failures;
}

Checkpointing read_checkpointing(const Place& place, Json& resolved) {
  ObjectReader object(place);
  Checkpointing checkpointing;
  const auto every = object.optional("every");
  const auto interval = object.optional("interval");
  if (every && interval) place.fault(R"(must have "every" or "interval", found both)");
  if (!every && !interval)
    place.fault(R"(needs "every" (iterations) or "interval" (a time, or "young_daly"))");
  if (every) {
    checkpointing.interval = Checkpointing::Interval::iterations;
    checkpointing.iterations = object.integer("every", {1, 1'000'000'000});
  } else if (interval && *interval->value == "young_daly") {
    checkpointing.interval = Checkpointing::Interval::young_daly;
    object.resolve("interval", "young_daly");
  } else if (interval) {
    checkpointing.interval = Checkpointing::Interval::seconds;
    checkpointing.seconds = object.quantity("interval", Dimension::seconds, positive);
  }
  checkpointing.write_s = object.quantity("write", Dimension::seconds, any_span, 0.0);
  checkpointing.read_s = object.quantity("read", Dimension::seconds, any_span, 0.0);
  if (object.has("total_iterations"))
    checkpointing.total_iterations = object.integer("total_iterations", {1, 1'000'000'000'000});
  if (object.has("bandwidth"))
    checkpointing.bytes_per_s = object.quantity("bandwidth", Dimension::bytes_per_second, positive);
  object.finish();
  resolved = std::move(object.resolved());
  return checkpointing;
}

}  // namespace lockstep::scenarios
