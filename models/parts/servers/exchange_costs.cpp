#include "models/parts/servers/exchange_costs.hpp"

#include <algorithm>
#include <limits>

#include "models/cost/passes.hpp"

namespace lockstep::models {

std::vector<Payload> pushed_blocks(const Setup& setup, const Exchanges& plan) {
  const Payload whole{plan.pushed, 0, setup.mlp.parameters()};
  std::vector<Payload> blocks;
  for (int server = 0; server < setup.servers; ++server)
    blocks.push_back(plan.compression.encoded(shard_of(whole, setup.servers, server)));
  return blocks;
}

Work encode_work(const Setup& setup, const Exchanges& plan, const Payload& block) {
  return transcode_work(
      setup.mlp, {CodingStep::encode, block, plan.compression.residual(Residual::of_gradients)});
}

Work decode_work(const Setup& setup, const Payload& block) {
  return transcode_work(setup.mlp, {CodingStep::decode, block, Residual::none});
}

Payload handed_in(const Setup& setup, const Exchanges& plan) {
  return plan.compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp)));
}

ExchangeParts ExchangeCosts::parts() {
  ExchangeParts longest;
  double longest_s = -1;
  for (const std::int64_t index : typical_pushers()) {
    const ExchangeParts parts = of_pusher(index);
    const double chain_s = exchange_chain_s(*setup_, *plan_, parts);
    if (chain_s <= longest_s) continue;
    longest_s = chain_s;
    longest = parts;
  }
  set_device(longest);
  load_network();
  set_link(longest);
  return longest;
}

ExchangePhases ExchangeCosts::phases() {
  ExchangePhases phases;
  double applied_s = 0;
  for (int server = 0; server < setup_->servers; ++server)
    applied_s = std::max(applied_s, decode_on_server_s(server) + update_on_server_s(server));
  phases.apply_s = plan_->pushers * applied_s + (colocated() ? longest_product_s() : 0);
  for_each_message([&](Rank worker, int server) {
    const Rank rank = rank_of(server);
    phases.push_s = std::max(phases.push_s, pushes_.behind_all_s(worker, rank, bytes_of(server)));
    phases.answer_s =
        std::max(phases.answer_s, answers_.behind_all_s(rank, worker, answer_bytes(server)));
  });
  return phases;
}

// From the start of a group's iteration to its push, and from the answer to its end: of its first
// worker, which folds the others' gradients; of another, that waits for two messages.
double ExchangeCosts::round_s(const Group& group) {
  const Payload gradients = handed_in(*setup_, *plan_);
  const std::int64_t model_bytes = setup_->mlp.parameters() * setup_->mlp.precision.parameters;
  const auto passes = [&](Rank rank) { return mini_batch_s(*setup_, rank); };
  const double fold_s = work_s(group.first, reduce_work(setup_->mlp, gradients));
  double longest_s = passes(group.first) + (group.count - 1) * fold_s;
  for (Rank rank = group.first + 1; rank < group.first + group.count; ++rank) {
    const double there_s =
        network_.message(rank, group.first, wire_bytes(setup_->mlp, gradients)).seconds();
    const double back_s = network_.message(group.first, rank, model_bytes).seconds();
    const double encode_s = dense() ? 0 : work_s(rank, encode_work(*setup_, *plan_, gradients));
    // After its message arrives at least its own gradients must be folded.
    longest_s = std::max(longest_s, passes(rank) + encode_s + fold_s + there_s + back_s);
  }
  return longest_s;
}

// All blocks from one worker to the servers, or back, when nothing else is under way.
double ExchangeCosts::all_blocks_s(Rank worker, bool pushed) {
  own_.clear();
  double latency_s = std::numeric_limits<double>::infinity();
  double alone_s = 0;
  for (int server = 0; server < setup_->servers; ++server) {
    const Rank from = pushed ? worker : rank_of(server);
    const Rank to = pushed ? rank_of(server) : worker;
    if (setup_->host_of(from) == setup_->host_of(to)) continue;
    const std::int64_t bytes = pushed ? bytes_of(server) : answer_bytes(server);
    own_.add(from, to, bytes);
    alone_s = std::max(alone_s, network_.message(from, to, bytes).seconds());
    latency_s = std::min(latency_s, network_.latency(from, to).seconds());
  }
  if (own_.seconds().empty() || alone_s <= 0) return alone_s;
  // A port is taken during latency too.
  if (setup_->cluster.sharing == Sharing::single_port) latency_s = 0;
  return std::max(alone_s, latency_s + own_.busiest_s());
}

// The longest of: one block's way there and back; all blocks there, and the way back of one that
// takes least; one block there, and all back. The last two are of servers elsewhere.
PushAndAnswer ExchangeCosts::exchange_of(Rank worker) {
  const double unknown = std::numeric_limits<double>::infinity();
  PushAndAnswer least = {unknown, unknown, unknown, unknown, unknown};
  PushAndAnswer longest;
  for (int server = 0; server < setup_->servers; ++server) {
    const PushAndAnswer one = {
        .encode_s = encode_block_s(worker, server),
        .push_s = network_.message(worker, rank_of(server), bytes_of(server)).seconds(),
        .decode_s = decode_on_server_s(server),
        .update_s = update_on_server_s(server),
        .answer_s = network_.message(rank_of(server), worker, answer_bytes(server)).seconds()};
    if (one.sum_s() > longest.sum_s()) longest = one;
    if (setup_->host_of(worker) == setup_->host_of(rank_of(server))) continue;
    least = {std::min(least.encode_s, one.encode_s), std::min(least.push_s, one.push_s),
             std::min(least.decode_s, one.decode_s), std::min(least.update_s, one.update_s),
             std::min(least.answer_s, one.answer_s)};
  }
  if (!(least.push_s < unknown)) return longest;  // no server is elsewhere
  PushAndAnswer all_there = least;
  all_there.push_s = std::max(least.push_s, all_blocks_s(worker, true));
  PushAndAnswer all_back = least;
  all_back.answer_s = std::max(least.answer_s, all_blocks_s(worker, false));
  for (const PushAndAnswer& other : {all_there, all_back})
    if (other.sum_s() > longest.sum_s()) longest = other;
  return longest;
}

double ExchangeCosts::request_s(Rank worker) {
  double soonest_s = std::numeric_limits<double>::infinity();
  double longest_s = 0;
  for (int server = 0; server < setup_->servers; ++server) {
    const double asked_s = network_.message(worker, rank_of(server), 0).seconds();
    soonest_s = std::min(soonest_s, asked_s);
    longest_s = std::max(
        longest_s,
        asked_s + network_.message(rank_of(server), worker, answer_bytes(server)).seconds());
  }
  // Either one block's request and answer take longest, or all answers after the soonest request.
  return std::max(longest_s, soonest_s + all_blocks_s(worker, false));
}

ExchangeParts ExchangeCosts::of_pusher(std::int64_t index) {
  const Group group = group_at(*setup_, *plan_, index);
  const Rank worker = group.first;
  ExchangeParts parts;
  parts.round_s = round_s(group);
  parts.local_step_s = own_update_s(worker, plan_->local_rule);
  parts.taking_in_s = own_update_s(worker, plan_->fetch_rule);
  parts.accumulation_s =
      work_s(worker, fold(setup_->mlp.scalars(ScalarKind::gradient, setup_->mlp.parameters())));
  for (int server = 0; server < setup_->servers; ++server)
    parts.encode_s += encode_block_s(worker, server);
  parts.exchange = exchange_of(worker);
  if (plan_->requests() > 0) parts.request_s = request_s(worker);
  if (plan_->push_after_fetch) {
    double update = std::numeric_limits<double>::infinity();
    for (int server = 0; server < setup_->servers; ++server)
      update = std::min(update, update_on_server_s(server));
    parts.last_s = all_blocks_s(worker, true) + update;
  }
  return parts;
}

// All that a worker computes in the run: its server's device is taken so long.
void ExchangeCosts::set_device(ExchangeParts& parts) {
  const auto computes_s = [&](Rank rank) {
    const auto times = [](std::int64_t count) { return static_cast<double>(count); };
    double sum_s = times(plan_->steps) * mini_batch_s(*setup_, rank);
    if (plan_->grouped(*setup_)) return sum_s;
    sum_s +=
        times(plan_->local_steps()) * own_update_s(rank, plan_->local_rule) +
        times(plan_->fetches()) * own_update_s(rank, plan_->fetch_rule) +
        times(plan_->accumulations()) *
            work_s(rank, fold(setup_->mlp.scalars(ScalarKind::gradient, setup_->mlp.parameters())));
    for (int server = 0; server < setup_->servers; ++server)
      sum_s += times(plan_->pushes()) * encode_block_s(rank, server);
    return sum_s;
  };
  double longest_s = -1;
  for (int server = 0; server < setup_->servers; ++server) {
    double beside_s = 0;
    if (colocated()) {
      beside_s = computes_s(server);
    } else {
      // A dedicated server is idle until the first push arrives, and the run goes on after its last
      // update until the answer arrives.
      double there_s = std::numeric_limits<double>::infinity();
      double back_s = there_s;
      for (const std::int64_t index : typical_pushers()) {
        const Rank worker = rank_of_pusher(index);
        there_s = std::min(there_s,
                           network_.message(worker, rank_of(server), bytes_of(server)).seconds());
        back_s = std::min(
            back_s, network_.message(rank_of(server), worker, answer_bytes(server)).seconds());
      }
      if (plan_->push_after_fetch) back_s = 0;  // no answer after the last update
      beside_s = first_steps_s(plan_->push_period) + there_s + back_s;
    }
    const double each_s = decode_on_server_s(server) + update_on_server_s(server);
    const double all_s = static_cast<double>(plan_->pushes()) * plan_->pushers * each_s + beside_s;
    if (all_s <= longest_s) continue;
    longest_s = all_s;
    parts.decode_s = decode_on_server_s(server);
    parts.update_s = update_on_server_s(server);
    parts.beside_s = beside_s;
  }
}

void ExchangeCosts::load_network() {
  for_each_message([&](Rank worker, int server) {
    pushes_.add(worker, rank_of(server), bytes_of(server));
    answers_.add(rank_of(server), worker, answer_bytes(server));
  });
}

// No byte is under way before the first steps and the least latency. Where every push is answered
// or asked for, the last of a channel that has pushes alone is followed by an update and an answer,
// and the first of one that has answers alone comes after a push and an update.
void ExchangeCosts::set_link(ExchangeParts& parts) {
  NetworkLoads in_groups(*setup_);
  const Payload gradients = handed_in(*setup_, *plan_);
  const std::int64_t model_bytes = setup_->mlp.parameters() * setup_->mlp.precision.parameters;
  if (plan_->grouped(*setup_))
    for (std::int64_t index = 0; index < plan_->pushers; ++index) {
      const Group group = group_at(*setup_, *plan_, index);
      for (Rank rank = group.first + 1; rank < group.first + group.count; ++rank) {
        in_groups.add(rank, group.first, wire_bytes(setup_->mlp, gradients));
        in_groups.add(group.first, rank, model_bytes);
      }
    }
  double push_s = std::numeric_limits<double>::infinity();
  double answer_s = push_s;
  double update_s = push_s;
  double latency_s = push_s;
  const auto consider = [&](Rank worker, int server) {
    const Rank rank = rank_of(server);
    if (setup_->host_of(worker) == setup_->host_of(rank)) return;
    push_s = std::min(push_s, network_.message(worker, rank, bytes_of(server)).seconds());
    answer_s = std::min(answer_s, network_.message(rank, worker, answer_bytes(server)).seconds());
    update_s = std::min(update_s, update_on_server_s(server));
    latency_s = std::min({latency_s, network_.latency(worker, rank).seconds(),
                          network_.latency(rank, worker).seconds()});
  };
  for (const std::int64_t index : typical_pushers())
    for (int server = 0; server < setup_->servers; ++server)
      consider(rank_of_pusher(index), server);
  if (setup_->cluster.sharing == Sharing::single_port) latency_s = 0;  // taken then, too
  const bool waits = plan_->requests() == 0 && !plan_->push_after_fetch;
  const double first_s = first_steps_s(std::min(plan_->push_period, plan_->fetch_period));
  for (std::size_t i = 0; i < pushes_.seconds().size(); ++i) {
    const double pushed_s = static_cast<double>(plan_->pushes()) * pushes_.seconds()[i];
    const double fetched_s = static_cast<double>(plan_->fetches()) * answers_.seconds()[i];
    const double grouped_s = static_cast<double>(plan_->steps) * in_groups.seconds()[i];
    double all_s = pushed_s + fetched_s + grouped_s;
    if (all_s <= 0) continue;
    all_s += first_s;
    if (grouped_s <= 0) all_s += latency_s;
    if (grouped_s <= 0 && waits && fetched_s <= 0) all_s += update_s + answer_s;
    if (grouped_s <= 0 && waits && pushed_s <= 0) all_s += push_s + update_s;
    parts.link_s = std::max(parts.link_s, all_s);
  }
}

}  // namespace lockstep::models
