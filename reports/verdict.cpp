#include "reports/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "reports/comparison.hpp"
#include "reports/critical_path.hpp"
#include "reports/ranking.hpp"
#include "reports/replicates.hpp"
#include "reports/run_tables.hpp"
#include "reports/text.hpp"
#include "reports/training_table.hpp"
#include "reports/verdict_words.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

bool are_equal(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(a, b); }

std::vector<std::string> names_of(const std::vector<const Ranked*>& runs) {
  std::vector<std::string> names;
  for (const Ranked* run : runs) names.push_back(run->name());
  return names;
}

bool is_sequential(const Run& run) {
  return models::approximation_of(*run.setup).starts_with("nothing");
}

// The host that lacks most: bytes needed, and bytes there.
std::pair<double, double> tightest_host(const Run& run) {
  const auto needed = models::memory_by_host(*run.setup, run.analytic);
  std::pair<double, double> tightest = {0, 1};
  for (int host = 0; host < run.setup->cluster.hosts(); ++host) {
    const double bytes = to_double(needed[static_cast<std::size_t>(host)]);
    const double limit = run.setup->cluster.device_of_host(host).memory_bytes;
    if (bytes / limit > tightest.first / tightest.second) tightest = {bytes, limit};
  }
  return tightest;
}

std::string need_text(const Run& run) {
  const auto [bytes, limit] = tightest_host(run);
  return fmt::format("{} of {}", format_bytes(bytes), format_bytes(limit));
}

// Writes the sentences of one report.
class Writing {
 public:
  explicit Writing(const Report& report) : report_(report) {
    ranked_ = ranked(report);
    for (const Ranked& ranked : ranked_) (ranked.fits ? fitting_ : others_).push_back(&ranked);
  }

  [[nodiscard]] Verdict verdict() {
    Verdict verdict;
    for (const Ranked& ranked : ranked_) verdict.order.push_back(ranked.place);
    if (fitting_.empty()) {
      say_that_none_fits();
    } else {
      verdict.best = best().place;
      if (is_for_target(report_)) say_who_learns();
      say_who_is_fast();
      if (!is_for_target(report_)) say_what_is_learned();
      say_what_cannot_be_told_apart();
      say_what_does_not_fit();
      say_what_it_costs();
      say_what_takes_time();
      say_what_to_buy();
    }
    verdict.text = std::move(sentences_);
    return verdict;
  }

 private:
  [[nodiscard]] const Ranked& best() const { return *fitting_.front(); }

  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  void say_that_none_fits() {
    const auto least = std::ranges::min_element(others_, {}, [](const Ranked* one) {
      const auto [bytes, limit] = tightest_host(*one->run);
      return bytes / limit;
    });
    const Run& run = *(*least)->run;
    if (others_.size() == 1)
      return say(fmt::format("{} does not fit: it needs {} of a device's memory.", (*least)->name(),
                             need_text(run)));
    say(fmt::format("None of these {} fits the devices' memory: {} lacks least, and needs {}.",
                    others_.size(), (*least)->name(), need_text(run)));
  }

  // To the target accuracy.
  void say_who_learns() {
    const double target = *report_.scenario->numerics.target_accuracy;
    const std::string aim = fmt::format("{:.4g} %", 100 * target);
    std::vector<const Ranked*> reach;
    std::vector<const Ranked*> miss;
    for (const Ranked* one : fitting_) (one->to_target_s ? reach : miss).push_back(one);
    if (reach.empty()) {
      const Ranked* nearest = nullptr;
      double most = -1;
      for (const Ranked* one : miss)
        for (const double accuracy : one->run->trained->curve.accuracy)
          if (accuracy > most) {
            most = accuracy;
            nearest = one;
          }
      const std::string who = miss.size() == 1 ? "It does not reach" : "None reaches";
      if (nearest == nullptr) return say(fmt::format("{} {}.", who, aim));
      return say(fmt::format("{} an accuracy of {}: the most is {}{}.", who, aim,
                             accuracy_text(most, target),
                             miss.size() == 1 ? "" : ", by " + nearest->name()));
    }
    const Ranked& first = *reach.front();
    const double first_s = *first.to_target_s;
    std::string text = fmt::format("{} reaches an accuracy of {}{} after {}", first.name(), aim,
                                   fitting_.size() > 1 ? " first," : "", format_seconds(first_s));
    if (reach.size() > 1 && first_s > 0) {
      const double over = *reach[1]->to_target_s / first_s;
      text += over < 1.0005
                  ? fmt::format(", as soon as {}", reach[1]->name())
                  : fmt::format("; {}, the next, takes {}", reach[1]->name(), longer_text(over));
    }
    if (!miss.empty())
      text += fmt::format("; {} {} not reach it", listed(names_of(miss)),
                          miss.size() == 1 ? "does" : "do");
    say(text + ".");
  }

  [[nodiscard]] std::string rate_text(const Ranked& one) const {
    return fmt::format("{} samples/s", prefixed(one.samples_per_s));
  }

  void say_who_is_fast() {
    std::vector<const Ranked*> by_speed = fitting_;
    std::ranges::stable_sort(by_speed, [](const Ranked* a, const Ranked* b) {
      return a->samples_per_s > b->samples_per_s;
    });
    const Ranked& fastest = *by_speed.front();
    std::vector<const Ranked*> ties;
    while (ties.size() < by_speed.size() &&
           are_equal(by_speed[ties.size()]->samples_per_s, fastest.samples_per_s))
      ties.push_back(by_speed[ties.size()]);
    const Ranked* next = ties.size() < by_speed.size() ? by_speed[ties.size()] : nullptr;
    const auto baseline = fastest.run->executed ? std::nullopt : baseline_of(*fastest.run->setup);
    const double over_one = baseline ? fastest.samples_per_s / baseline->samples_per_s : 0;
    const bool one_fits = baseline && baseline->fits;
    if (baseline && !fastest.run->setup->same_devices()) one_device_ = "the device of host 0";
    if (!one_fits) one_device_ += " with enough memory";
    const bool is_one_device = hosts_used(*fastest.run->setup) == 1;
    if (by_speed.size() == 1) return say_of_one(fastest, over_one, is_one_device, one_fits);
    const bool by_form = !fastest.run->executed && !fastest.run->simulated;
    const std::string by = by_form ? "By closed forms " : "";
    if (one_fits && over_one <= 1.0005 && !fastest.run->goodput) {
      const std::string none = by + (by_form ? "none" : "None") + " of these beats " + one_device_;
      if (is_one_device && next != nullptr)
        say(fmt::format("{}, {}: {}, the next best, is {}.", none, fastest.name(), next->name(),
                        as_fast_text(next->samples_per_s / fastest.samples_per_s)));
      else
        say(fmt::format("{}: {}, the fastest, {} {}.", none, listed(names_of(ties)),
                        ties.size() == 1 ? "is" : "are", as_fast_text(over_one)));
    } else {
      say_by_how_much(ties, next, over_one, by_speed.size(), by);
    }
    if (by_form) say_what_forms_claim(by_speed);
  }

  // `ties`: the fastest, of `all`; `next`: the first that is slower, or null.
  void say_by_how_much(const std::vector<const Ranked*>& ties, const Ranked* next, double over_one,
                       std::size_t all, const std::string& by) {
    const Ranked& fastest = *ties.front();
    std::string text = fmt::format("{}{} {} the fastest of {}{}{}: {}", by, listed(names_of(ties)),
                                   ties.size() == 1 ? "is" : "are", all,
                                   fastest.run->executed ? " on this machine" : "",
                                   ties.size() == 1 ? "" : ", equally fast", rate_text(fastest));
    std::vector<std::string> factors;
    if (over_one > 0) factors.push_back(as_fast_text(over_one) + " as " + one_device_);
    if (next != nullptr && next->samples_per_s > 0)
      factors.push_back(ahead_text(fastest.samples_per_s / next->samples_per_s, next->name()) +
                        ", the next best");
    else if (next != nullptr)
      factors.push_back(next->name() + " never ends");
    if (!factors.empty()) text += fmt::format(", {}", fmt::join(factors, " and "));
    say(text + ".");
  }

  void say_of_one(const Ranked& only, double over_one, bool is_one_device, bool one_fits) {
    std::string text = fmt::format("{}: {}", only.name(), rate_text(only));
    if (over_one > 0 && !is_one_device)
      text +=
          over_one >= 1.0005 || !one_fits
              ? fmt::format(", {} as {}", as_fast_text(over_one), one_device_)
              : fmt::format(", which does not beat {} ({})", one_device_, as_fast_text(over_one));
    say(text + ".");
  }

  // Bounds and estimates may come in another order when they are simulated.
  void say_what_forms_claim(const std::vector<const Ranked*>& by_speed) {
    std::vector<const Ranked*> inexact;
    for (const Ranked* one : by_speed)
      if (one->run->analytic.claim != models::TimeClaim::exact) inexact.push_back(one);
    if (inexact.empty()) return;
    say(fmt::format("The {} of {} {} not exact: `lockstep run` simulates {}.",
                    inexact.size() == 1 ? "time" : "times", listed(names_of(inexact)),
                    inexact.size() == 1 ? "is" : "are", inexact.size() == 1 ? "it" : "them"));
  }

  void say_what_is_learned() {
    const Ranked* lowest = nullptr;
    std::size_t trained = 0;
    const auto loss_of = [](const Ranked& one) { return one.run->trained->curve.loss.back(); };
    for (const Ranked* one : fitting_) {
      if (!one->run->trained || one->run->trained->curve.loss.empty()) continue;
      ++trained;
      if (one->run->trained->diverged) continue;
      if (lowest == nullptr || loss_of(*one) < loss_of(*lowest)) lowest = one;
    }
    if (lowest == nullptr) return;
    const models::LossCurve& curve = lowest->run->trained->curve;
    say(fmt::format("{} ends with {} loss{}, {:.4f} (accuracy {:.1f} %), after {}.", lowest->name(),
                    trained > 1 ? "the lowest" : "a", trained > 1 ? "" : " of", curve.loss.back(),
                    100 * curve.accuracy.back(), format_seconds(curve.time_s.back())));
  }

  void say_what_cannot_be_told_apart() {
    if (!is_replicated(*best().run)) return;
    const Spread spread = spread_of(*best().run);
    std::vector<std::string> same;
    for (const Ranked* one : fitting_)
      if (one != &best() && is_replicated(*one->run) && overlap(spread, spread_of(*one->run)))
        same.push_back(one->name());
    if (!same.empty())
      say(fmt::format("Over {} seeds {} cannot be told apart from {}.",
                      best().run->replicates.size(), best().name(), listed(same)));
  }

  void say_what_does_not_fit() {
    if (others_.empty()) return;
    const Ranked& first = *others_.front();
    const bool faster = first.samples_per_s > best().samples_per_s * 1.0005;
    const std::string need =
        others_.size() == 1
            ? fmt::format("{} does not fit: it needs {} of a device's memory", first.name(),
                          need_text(*first.run))
            : fmt::format("{} do not fit the devices' memory", listed(names_of(others_)));
    say(need +
        (faster ? fmt::format("; with enough of it {} would be {}", first.name(),
                              ahead_text(first.samples_per_s / best().samples_per_s, best().name()))
                : std::string()) +
        ".");
  }

  [[nodiscard]] static std::string staleness_text(const Run& run) {
    const bool ran = run.simulated.has_value();
    const double mean = ran ? run.simulated->staleness.mean : run.analytic.staleness.mean;
    const std::int64_t max = ran ? run.simulated->staleness.max : run.analytic.staleness.max;
    if (max == 0) return "no gradient is stale";
    return fmt::format("its gradients are {}{:.3g} updates old in the mean, {} at most",
                       ran || run.analytic.staleness.exact ? "" : "at most ", mean, max);
  }

  void say_what_it_costs() {
    const Run& run = *best().run;
    std::string text = fmt::format("{} needs {} on a worker", best().name(),
                                   format_bytes(to_double(run.analytic.memory.total())));
    std::vector<std::string> rest = {staleness_text(run)};
    if (run.simulated && run.simulated->bubble_rate)
      rest.push_back(fmt::format("{} of its pipeline's time is bubble",
                                 percent_text(*run.simulated->bubble_rate)));
    say(fmt::format("{}; {}.", text, fmt::join(rest, "; ")));
    if (is_sequential(run)) return;
    say(fmt::format("It only approximates sequential SGD. {}.",
                    capitalised(models::approximation_of(*run.setup))));
    for (const Ranked* one : fitting_) {
      if (!is_sequential(*one->run)) continue;
      return say(fmt::format("The fastest that computes what sequential SGD does, {}, is {}.",
                             one->name(), as_fast_text(one->samples_per_s / best().samples_per_s)));
    }
  }

  void say_what_takes_time() {
    const Run& run = *best().run;
    if (!run.simulated || run.executed || run.setup->workers == 1) return;
    const TimeShares own = time_shares(run);
    std::string text = fmt::format(
        "Its workers compute for {} of the time, wait for messages for {} and are idle for {}",
        percent_text(own.compute), percent_text(own.messages), percent_text(own.idle));
    std::vector<double> compute;
    std::vector<double> messages;
    std::string other;
    for (const Ranked* one : fitting_) {
      if (one == &best() || !one->run->simulated || one->run->setup->workers == 1) continue;
      const TimeShares shares = time_shares(*one->run);
      other = one->name();
      compute.push_back(shares.compute);
      messages.push_back(shares.messages);
    }
    if (!compute.empty())
      text += fmt::format("; those of {} compute for {} and wait for messages for {}",
                          compute.size() == 1 ? other : "the others", range_text(compute),
                          range_text(messages));
    say(text + ".");
    if (const CriticalPath* path = path_of_best(report_, run))
      if (const std::string shares = path_words(*path); !shares.empty())
        say(fmt::format("Its critical path: {}.", shares));
  }

  void say_what_to_buy() {
    const Run& run = *best().run;
    const CriticalPath* path = path_of_best(report_, run);
    const double makespan_s = run.simulated ? run.simulated->makespan.seconds() : 0;
    if (path == nullptr || !(makespan_s > 0)) return;
    const models::Improvement* most = most_useful(path->improvements, run.simulated->makespan);
    if (most == nullptr) return;
    const double saved = 1 - most->simulated_makespan->seconds() / makespan_s;
    if (saved < 5e-4)
      return say(
          "No part of the cluster that became 10 % better on its own would save 0.1 % of its "
          "time.");
    say(fmt::format("What to buy: {} 10 % {} would save {} of its time, by simulation.",
                    part_to_buy(*most, *run.setup->cluster.topology), better_word(most->part),
                    percent_text(saved)));
  }

  const Report& report_;
  std::vector<Ranked> ranked_;          // the best first
  std::vector<const Ranked*> fitting_;  // those whose memory is there
  std::vector<const Ranked*> others_;
  std::string one_device_ = "one device";  // what the fastest is compared with, in words
  std::vector<std::string> sentences_;
};

}  // namespace

bool is_short(const Run& run) {
  // One event may stand for many messages, which are sent one by one where a path is wanted.
  return run.simulated && run.simulated->events <= most_events_of_unasked_path &&
         run.simulated->messages <= Count{most_events_of_unasked_path};
}

const CriticalPath* path_of_best(const Report& report, const Run& best) {
  if (best.critical_path && best.critical_path->in_report) return &*best.critical_path;
  return report.path_of_best ? &*report.path_of_best : nullptr;
}

Verdict verdict_of(const Report& report) {
  if (report.runs.empty() || report.traffic || report.interrupted) return {};
  return Writing(report).verdict();
}

std::vector<const Run*> best_first(const Report& report) {
  std::vector<const Run*> runs;
  if (report.verdict.order.size() == report.runs.size())
    for (const std::size_t place : report.verdict.order) runs.push_back(&report.runs[place]);
  else
    for (const Run& run : report.runs) runs.push_back(&run);
  return runs;
}

std::string verdict_text(const Verdict& verdict, Style style) {
  std::string text;
  for (const std::string& sentence : verdict.text) {
    const bool first = text.empty();
    const std::string lines = hanging(first ? "" : "  ", sentence, style);
    text += first ? answer(lines, style) : lines;
  }
  return text;
}

Json verdict_json(const Verdict& verdict) {
  Json json = {{"text", verdict.text}, {"order", verdict.order}};
  if (verdict.best) json["best"] = *verdict.best;
  return json;
}

}  // namespace lockstep::reports
