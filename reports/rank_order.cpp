#include "reports/rank_order.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

constexpr std::size_t most_shown = 64;

std::string sentence(const models::BestRankOrder& order) {
  const std::string tried =
      fmt::format("{} order{} simulated", order.tried, order.tried == 1 ? "" : "s");
  if (order.makespan >= order.as_numbered)
    return fmt::format("none is faster than the hosts as they are numbered ({})", tried);
  const std::size_t shown = std::min(order.hosts.size(), most_shown);
  return fmt::format(
      "{} in place of {} as the hosts are numbered ({}): hosts {}{}",
      format_seconds(order.makespan.seconds()), format_seconds(order.as_numbered.seconds()), tried,
      fmt::join(order.hosts.begin(), order.hosts.begin() + static_cast<std::ptrdiff_t>(shown), " "),
      shown < order.hosts.size() ? " ..." : "");
}

}  // namespace

std::string rank_order_text(const Report& report, Style style) {
  std::string text;
  for (const Run& run : report.runs)
    if (run.rank_order)
      text += hanging(fmt::format("    {}: ", printable(run.setup->label)),
                      sentence(*run.rank_order), style);
  if (text.empty()) return text;
  return "best order of the ranks on the hosts that was found\n" + text;
}

Json rank_order_json(const Run& run) {
  return {{"hosts", run.rank_order->hosts},
          {"as_numbered_s", run.rank_order->as_numbered.seconds()},
          {"tried", run.rank_order->tried}};
}

}  // namespace lockstep::reports
