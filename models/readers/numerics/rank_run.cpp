#include "models/readers/numerics/rank_run.hpp"

#include <algorithm>
#include <utility>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

RankRun::RankRun(const Problem& problem, Rank rank, Communicator& communicator,
                 SharedMemory* shared, const RankOrder* prescribed, RankOrder* recorded)
    : setup_(problem.setup),
      rank_(rank),
      communicator_(&communicator),
      worker_(*problem.setup, rank, communicator.plan()),
      numbers_(problem, rank, shared),
      prescribed_(prescribed),
      recorded_(recorded) {
  start(setup_->algorithm->program(worker_), 0);
}

void RankRun::start(Program program, std::int32_t name) {
  live_.push_back(static_cast<std::int32_t>(lines_.size()));
  lines_.emplace_back(std::move(program), live_.back(), name);
}

std::int32_t RankRun::name_of_next(Line& parent) const {
  const auto place = static_cast<std::int32_t>(lines_.size());
  if (prescribed_ == nullptr || prescribed_->parents.empty()) return place;
  // The parent of strand i stands at i - 1.
  const std::vector<std::int32_t>& parents = prescribed_->parents;
  for (auto i = static_cast<std::size_t>(parent.seen); i < parents.size(); ++i) {
    if (parents[i] != parent.name) continue;
    return parent.seen = static_cast<std::int32_t>(i) + 1;
  }
  return place;
}

void RankRun::deliver(const Message& message, std::vector<float> content) {
  kept_.push_back({message, std::move(content)});
}

void RankRun::advance(const std::atomic<bool>* stop) {
  bool moved = true;
  while (moved) {
    moved = false;
    // By place: a strand may start another, which comes last.
    for (std::size_t place = 0; place < live_.size();) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) return;
      Line& line = lines_[static_cast<std::size_t>(live_[place])];
      moved = take_turn(line) || moved;
      if (line.ended())
        live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(place));
      else
        ++place;
    }
    if (moved) communicator_->between_operations(*this);
  }
}

bool RankRun::take_turn(Line& line) {
  if (line.pending == nullptr) line.pending = line.strand->next();
  if (line.pending == nullptr) {
    line.strand.reset();
    return true;
  }
  if (!carry_out_timed(line)) return false;
  line.pending = nullptr;
  return true;
}

bool RankRun::may_touch_parameters(const Line& line) const {
  return prescribed_ == nullptr || touched_ >= prescribed_->strands.size() ||
         prescribed_->strands[touched_] == line.name;
}

void RankRun::touch_parameters(const Line& line) {
  ++touched_;
  if (recorded_ != nullptr) recorded_->strands.push_back(line.index);
}

void RankRun::send(Rank to, const Message& message) {
  WireContent content = numbers_.message_of(message.payload);
  if (setup_->host_of(rank_) != setup_->host_of(to)) {
    bytes_ += content.bytes;
    ++messages_;
  }
  communicator_->send(to, message, std::move(content.words));
}

Rank RankRun::next_source(Tag tag) const {
  if (prescribed_ == nullptr) return any_rank;
  const auto sources = prescribed_->sources.find(tag);
  if (sources == prescribed_->sources.end()) return any_rank;
  const auto taken = sources_taken_.find(tag);
  const std::size_t next = taken == sources_taken_.end() ? 0 : taken->second;
  return next < sources->second.size() ? sources->second[next] : any_rank;
}

bool RankRun::receive(Rank from, Tag tag, Line& line) {
  const bool any = from == any_rank;
  if (any) from = next_source(tag);
  const auto fits = [&](const Kept& kept) {
    return kept.message.tag == tag && (from == any_rank || kept.message.source == from);
  };
  const auto found = std::find_if(kept_.begin(), kept_.end(), fits);
  if (found == kept_.end()) return false;
  Message message = found->message;
  if (any) {
    ++sources_taken_[tag];
    if (recorded_ != nullptr) recorded_->sources[tag].push_back(message.source);
  }
  message.content = next_content_++;
  if (!found->content.empty()) held_.emplace(message.content, std::move(found->content));
  kept_.erase(found);
  line.strand->answer(message);
  return true;
}

double RankRun::share_left() {
  const bool known = prescribed_ != nullptr && cuttable_ < prescribed_->left.size();
  const double left = known ? prescribed_->left[cuttable_] : 0;
  ++cuttable_;
  if (recorded_ != nullptr) recorded_->left.push_back(left);
  return left;
}

bool RankRun::is_there(Tag tag) {
  std::size_t& made = probes_made_[tag];
  bool there = std::any_of(kept_.begin(), kept_.end(),
                           [tag](const Kept& kept) { return kept.message.tag == tag; });
  if (prescribed_ != nullptr) {
    const auto probes = prescribed_->probes.find(tag);
    if (probes != prescribed_->probes.end() && made < probes->second.size())
      there = probes->second[made];
  }
  ++made;
  if (recorded_ != nullptr) recorded_->probes[tag].push_back(there);
  return there;
}

std::vector<float> RankRun::content_of(const Message& message) {
  auto found = held_.extract(message.content);
  if (found.empty()) return {};
  return from_wire(setup_->mlp, message.payload, std::move(found.mapped()));
}

namespace {

double& part_of(RankTimes& times, OperationKind kind) {
  switch (kind) {
    case OperationKind::compute:
      return times.products_s;
    case OperationKind::update:
      return times.updates_s;
    case OperationKind::reduce:
    case OperationKind::accumulate:
    case OperationKind::transcode:
      return times.folds_s;
    case OperationKind::store:
    case OperationKind::copy:
    case OperationKind::post:
    case OperationKind::send:
    case OperationKind::receive:
    case OperationKind::exchange:
    case OperationKind::probe:
    case OperationKind::access_shared:
    case OperationKind::barrier:
    case OperationKind::begin_iteration:
    case OperationKind::fork:
    case OperationKind::join:
    case OperationKind::collective_steps:
      break;
  }
  return times.communication_s;
}

}  // namespace

bool RankRun::carry_out_timed(Line& line) {
  const OperationKind kind = kind_of(*line.pending);
  const auto begin = RankTimes::Clock::now();
  if (kind == OperationKind::begin_iteration) times_.iterations.push_back(begin);
  const bool done = carry_out(line);
  part_of(times_, kind) += std::chrono::duration<double>(RankTimes::Clock::now() - begin).count();
  return done;
}

}  // namespace lockstep::models
