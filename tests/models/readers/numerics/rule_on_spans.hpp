// An update rule by itself, on a few parameters: what a test can follow by hand.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/language/program.hpp"
#include "models/language/update_site.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models::testing {

// The rule of that name that `rank` updates by: the programs are walked, with nothing in messages.
inline const UpdateRule& rule_named(const Setup& setup, Rank rank, std::string_view name) {
  CommonPlan plan;
  Worker worker(setup, rank, plan);
  Strand strand(setup.algorithm->program(worker));
  while (const Operation* operation = strand.next()) {
    if (const auto* update = std::get_if<Update>(operation); update && update->rule->name == name)
      return *update->rule;
    strand.answer(Message{});
  }
  REQUIRE_MESSAGE(false, "rank ", rank, " has no such rule");
  return sgd_rule;
}

class RuleOnSpans {
 public:
  RuleOnSpans(const Setup& setup, Rank rank, std::vector<float> start)
      : setup_(setup), rank_(rank), parameters_(start), start_(std::move(start)) {}

  // Elements of a buffer, all 0 at first.
  [[nodiscard]] std::vector<float>& buffer(Buffer buffer) {
    return buffers_.try_emplace(buffer, start_.size()).first->second;
  }
  // All of a buffer whose elements do not stand for parameters alone.
  [[nodiscard]] std::vector<float>& whole(Buffer buffer) { return wholes_[buffer]; }
  [[nodiscard]] std::vector<float>& parameters() { return parameters_; }

  // A step with `gradients`, that `source` pushed.
  const std::vector<float>& step(std::string_view name, std::vector<float> gradients,
                                 Rank source = 0) {
    const UpdateRule& rule = rule_named(setup_, rank_, name);
    owner_ = rule.state_of != nullptr ? rule.state_of : &rule;
    UpdateSite site;
    site.setup = &setup_;
    site.rank = rank_;
    site.source = source;
    site.number = ++times_[&rule];
    site.parameters = parameters_;
    site.gradients = gradients;
    site.memory = this;
    site.buffer_of = [](void* self, Buffer asked) {
      return std::span<float>(static_cast<RuleOnSpans*>(self)->buffer(asked));
    };
    site.whole_of = [](void* self, Buffer asked) {
      return std::span<float>(static_cast<RuleOnSpans*>(self)->whole(asked));
    };
    site.state_of = [](void* self, int index, bool from_parameters) {
      return static_cast<RuleOnSpans*>(self)->state(index, from_parameters);
    };
    rule.step(site);
    return parameters_;
  }

 private:
  [[nodiscard]] std::span<float> state(int index, bool from_parameters) {
    std::vector<float>& kept = states_[{owner_, index}];
    if (kept.empty()) kept = from_parameters ? start_ : std::vector<float>(start_.size());
    return kept;
  }

  Setup setup_;
  Rank rank_;
  std::vector<float> parameters_;
  std::vector<float> start_;
  const UpdateRule* owner_ = nullptr;
  std::map<Buffer, std::vector<float>> buffers_;
  std::map<Buffer, std::vector<float>> wholes_;
  std::map<std::pair<const UpdateRule*, int>, std::vector<float>> states_;
  std::map<const UpdateRule*, std::int64_t> times_;
};

}  // namespace lockstep::models::testing
