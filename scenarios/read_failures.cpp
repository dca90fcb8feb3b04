// `cluster.failures` and `training.checkpoint`: what breaks, and what is kept of it.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/messages.hpp"
#include "scenarios/node_names.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Checkpointing;
using models::Failures;

constexpr NumberRange above_zero{0, 9.2e9, true};  // to 292 years: failures are rare

// All links between two nodes fail.
void read_given_link(ObjectReader& object, const topologies::Topology* topology,
                     const NodeNames& names, double at_s, Failures& failures) {
  const auto from = names.read(object, "from");
  const auto to = names.read(object, "to");
  if (!from || !to) return;
  bool found = false;
  for (std::size_t link = 0; link < topology->links.size(); ++link) {
    const topologies::Link& one = topology->links[link];
    const bool joins = (one.from == from && one.to == to) || (one.from == to && one.to == from);
    if (!joins) continue;
    found = true;
    failures.given_links.push_back({at_s, static_cast<topologies::LinkIndex>(link)});
  }
  if (!found) object.place().fault("names two nodes that no link joins");
}

void read_given(const Place& place, std::optional<std::int64_t> hosts,
                const topologies::Topology* topology, Failures& failures) {
  if (!is_list(place, "failures")) return;
  if (place.value->empty()) place.fault("must have at least one failure, found none");
  const NodeNames names(topology);
  double last_s = 0;
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    const double at_s = object.quantity("time", Dimension::seconds, any_span);
    const std::int64_t most = hosts.value_or(topologies::most_hosts) - 1;
    const bool of_link = object.has("from") || object.has("to");
    if (of_link == object.has("host")) {
      place.element(i).fault(R"(must have either "host", or "from" and "to")");
      for (const char* key : {"host", "from", "to"}) (void)object.optional(key);
    } else if (of_link) {
      read_given_link(object, topology, names, at_s, failures);
    } else if (const auto host = object.required("host")) {
      if (const auto number = read_integer(*host, {0, topologies::most_hosts})) {
        if (*number > most)
          host->fault(fmt::format("must be a host from 0 to {}, found {}", most, *number));
        failures.given.push_back({at_s, static_cast<topologies::HostIndex>(*number)});
      }
    }
    object.finish();
    if (at_s < last_s) place.element(i).fault("must not be before the failure above it");
    last_s = at_s;
  }
}

}  // namespace

Failures read_failures(const Place& place, std::optional<std::int64_t> hosts,
                       const topologies::Topology* topology, Json& resolved) {
  ObjectReader object(place);
  Failures failures;
  const auto at = object.optional("at");
  if (!object.has("mtbf") && !object.has("link_mtbf") && !at)
    place.fault(R"(needs "mtbf", "link_mtbf" or "at")");
  if (object.has("mtbf"))
    failures.mean_time_between_s = object.quantity("mtbf", Dimension::seconds, above_zero);
  if (at) {
    read_given(*at, hosts, topology, failures);
    object.resolve("at", *at->value);
  }
  failures.repair_s = object.quantity("repair", Dimension::seconds, any_span, 0.0);
  if (object.has("link_mtbf"))
    failures.link_mean_time_between_s =
        object.quantity("link_mtbf", Dimension::seconds, above_zero);
  const bool of_links = object.has("link_mtbf") || !failures.given_links.empty();
  if (of_links || object.has("link_repair"))
    failures.link_repair_s =
        object.quantity("link_repair", Dimension::seconds, any_span, failures.repair_s);
  if (object.has("link_repair") && !of_links)
    object.misplaced("link_repair", "has no effect without a link that fails");
  if (const auto elastic = object.optional("elastic")) {
    failures.elastic = read_boolean(*elastic).value_or(false);
    object.resolve("elastic", failures.elastic);
  }
  if (object.has("reconfigure")) {
    if (!failures.elastic)
      object.misplaced("reconfigure", R"(has no effect without "elastic")");
    else
      failures.reconfigure_s = object.quantity("reconfigure", Dimension::seconds, any_span);
  }
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
