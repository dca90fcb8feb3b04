// What a rank says where it cannot go on, or went another way than the prescribed order.
#include <fmt/format.h>

#include "models/readers/numerics/rank_run.hpp"

namespace lockstep::models {

namespace {

std::string message_words(Rank from, Tag tag) {
  if (from == any_rank) return fmt::format("a message from any rank with tag {}", tag);
  return fmt::format("a message from rank {} with tag {}", from, tag);
}

}  // namespace

std::string RankRun::wait_words(const Line& line) const {
  const Operation& operation = *line.pending;
  if (is_on_parameters(operation) && !line.sent && !may_touch_parameters(line))
    return fmt::format(
        "its strand {} to use the parameters before strand {}, as the order requires",
        prescribed_->strands[touched_], line.name);
  if (const auto* receive = std::get_if<Receive>(&operation)) {
    const Rank prescribed = next_source(receive->tag);
    return message_words(receive->from == any_rank ? prescribed : receive->from, receive->tag);
  }
  if (const auto* exchange = std::get_if<Exchange>(&operation))
    return message_words(exchange->from, exchange->message.tag);
  if (kind_of(operation) == OperationKind::barrier) return "the other workers to reach the barrier";
  if (const auto* join = std::get_if<Join>(&operation))
    return fmt::format("its strand {} to end", lines_[join->strand].name);
  return "its turn at the shared parameters";
}

std::string RankRun::waits_for() const {
  const Line* waiting = nullptr;
  for (const std::int32_t index : live_) {
    const Line& line = lines_[static_cast<std::size_t>(index)];
    if (line.pending == nullptr) continue;
    // A strand that waits for another of this rank says less than the other.
    if (waiting == nullptr || kind_of(*waiting->pending) == OperationKind::join) waiting = &line;
  }
  if (waiting == nullptr) return fmt::format("rank {} has ended", rank_);
  return fmt::format("rank {} waits for {}", rank_, wait_words(*waiting));
}

namespace {

std::string more_or_fewer(Rank rank, std::size_t held, std::size_t made, const std::string& what) {
  if (held == made) return {};
  return fmt::format("rank {}: the order records {} {}, but the run made {}", rank, held, what,
                     made);
}

// The first tag whose list is longer or shorter than what was made of it.
template <class Value>
std::string other_counts(Rank rank, const std::map<Tag, std::vector<Value>>& held,
                         const std::map<Tag, std::size_t>& made, std::string_view what) {
  const auto words = [&](Tag tag) { return fmt::format("{} with tag {}", what, tag); };
  for (const auto& [tag, list] : held) {
    const auto found = made.find(tag);
    std::string other =
        more_or_fewer(rank, list.size(), found == made.end() ? 0 : found->second, words(tag));
    if (!other.empty()) return other;
  }
  for (const auto& [tag, count] : made)
    if (!held.contains(tag)) return more_or_fewer(rank, 0, count, words(tag));
  return {};
}

}  // namespace

std::string RankRun::departs_from_order() const {
  if (prescribed_ == nullptr) return {};
  const RankOrder& order = *prescribed_;
  std::string words =
      more_or_fewer(rank_, order.strands.size(), touched_, "uses of the parameters");
  if (words.empty() && !order.parents.empty())
    words = more_or_fewer(rank_, order.parents.size(), lines_.size() - 1, "starts of strands");
  if (words.empty())
    words = more_or_fewer(rank_, order.left.size(), cuttable_, "products that may be cut short");
  if (words.empty())
    words = other_counts(rank_, order.sources, sources_taken_, "messages from any rank");
  if (words.empty()) words = other_counts(rank_, order.probes, probes_made_, "probes");
  return words;
}

}  // namespace lockstep::models
