// How a rank carries out operations on real numbers: one function for each kind.
#include <utility>

#include "models/readers/numerics/rank_run.hpp"

namespace lockstep::models {

bool RankRun::carry_out(Line& line) {
  const bool touches = is_on_parameters(*line.pending);
  const bool touched = line.sent;  // by an exchange that waits for its second message
  if (touches && !touched && !may_touch_parameters(line)) return false;
  const bool done =
      std::visit([&](const auto& operation) { return carry_out(line, operation); }, *line.pending);
  if (touches && !touched && (done || line.sent)) touch_parameters(line);
  return done;
}

bool RankRun::carry_out(Line& /*line*/, const Compute& compute) {
  numbers_.compute(compute, compute.stop_tag == no_tag ? 0 : share_left());
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Reduce& reduce) {
  numbers_.reduce(reduce.message, content_of(reduce.message));
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Accumulate& accumulate) {
  if (accumulate.shared && !communicator_->may_enter_shared(rank_)) return false;
  numbers_.accumulate(accumulate);
  if (accumulate.shared) communicator_->leave_shared(rank_);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Store& store) {
  numbers_.store(store.message, content_of(store.message));
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Copy& copy) {
  numbers_.copy(copy);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Transcode& transcode) {
  numbers_.transcode(transcode);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Update& update) {
  const bool shared = update.read_version != not_shared;
  if (shared && !communicator_->may_enter_shared(rank_)) return false;
  numbers_.update(update);
  if (is_of_model(update.payload.buffer)) communicator_->updated(rank_, numbers_);
  if (shared) communicator_->leave_shared(rank_);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Post& post) {
  send(post.to, post.message);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Send& sent) {
  send(sent.to, sent.message);
  return true;
}

bool RankRun::carry_out(Line& line, const Receive& wanted) {
  return receive(wanted.from, wanted.tag, line);
}

bool RankRun::carry_out(Line& line, const Exchange& exchange) {
  if (!line.sent) send(exchange.to, exchange.message);
  line.sent = !receive(exchange.from, exchange.message.tag, line);
  return !line.sent;
}

bool RankRun::carry_out(Line& line, const Probe& probe) {
  line.strand->answer(is_there(probe.tag));
  return true;
}

bool RankRun::carry_out(Line& line, const AccessShared& access) {
  if (!access.to_change) {
    if (!communicator_->may_enter_shared(rank_)) return false;
    numbers_.read_shared(access.payload);
    communicator_->leave_shared(rank_);
  }
  if (setup_->workers > 1) {  // a lone core keeps it in its cache
    bytes_ += Count{scalars_of(setup_->mlp, access.payload).bytes()};
    ++messages_;
  }
  line.strand->answer(Message{.payload = access.payload});
  return true;
}

bool RankRun::carry_out(Line& line, const Barrier& /*barrier*/) {
  if (!line.sent) {
    line.barrier = communicator_->barriers_passed() + 1;
    communicator_->arrive_at_barrier(rank_);
  }
  line.sent = communicator_->barriers_passed() < line.barrier;
  return !line.sent;
}

bool RankRun::carry_out(Line& /*line*/, const BeginIteration& /*begin*/) {
  numbers_.begin_iteration();
  return true;
}

bool RankRun::carry_out(Line& line, const Fork& fork) {
  if (recorded_ != nullptr) recorded_->parents.push_back(line.index);
  line.strand->answer(static_cast<std::uint32_t>(lines_.size()));
  start(std::move(*fork.child), name_of_next(line));
  return true;
}

// The numbers of each step are computed as the program takes it.
bool RankRun::carry_out(Line& line, const CollectiveSteps& /*steps*/) {
  line.strand->answer(false);
  return true;
}

bool RankRun::carry_out(Line& /*line*/, const Join& join) { return lines_[join.strand].ended(); }

}  // namespace lockstep::models
