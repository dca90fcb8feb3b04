// What streams cost: their closed form.
#include <algorithm>
#include <numeric>
#include <utility>

#include "models/cost/near_bound.hpp"
#include "models/cost/network_view.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models {

namespace {

// The times of a stage for one micro-batch or one update: of its first replica, which is among
// those that have most to do, and the least of any.
struct StageSums {
  double forward_s = 0;
  double backward_s = 0;
  double update_s = 0;
  double least_backward_s = 0;
  double least_update_s = 0;
  double hop_s = 0;  // a message from the stage before, and one back to it
  double back_hop_s = 0;

  [[nodiscard]] double turn_s() const { return forward_s + backward_s; }
};

// Of a compressed sum, whose messages differ in length: P-1 of them, one after another, and no
// more than their latencies.
double least_compressed_s(NetworkView& network, const StreamStage& stage) {
  if (!network.uniform()) return 0;
  return (stage.replicas - 1) * network.latency(stage.first, stage.first + 1).seconds();
}

// What an allreduce takes at least, with the smallest of its chunks.
double least_allreduce_s(const Setup& setup, NetworkView& network, const StreamStage& stage) {
  if (stage.replicas == 1) return 0;
  if (!compression_of(setup.options).none()) return least_compressed_s(network, stage);
  const Scalars chunk = setup.mlp.scalars(
      ScalarKind::gradient,
      block_count(setup.mlp.parameters(stage.layers), stage.replicas, stage.replicas - 1));
  double least_fold_s = compute_time(setup.device_of(stage.first), fold(chunk)).seconds();
  for (Rank rank = stage.first; rank < stage.first + stage.replicas; ++rank)
    least_fold_s =
        std::min(least_fold_s, compute_time(setup.device_of(rank), fold(chunk)).seconds());
  double message_s = 0;
  if (network.uniform())
    message_s = network.message(stage.first, stage.first + 1, chunk.bytes()).seconds();
  return (stage.replicas - 1) * (2 * message_s + least_fold_s);
}

StageSums sums_of(const Setup& setup, NetworkView& network, const Stream& stream,
                  const StreamStage& stage) {
  StageSums sums;
  const double allreduce_s = least_allreduce_s(setup, network, stage);
  for (Rank rank = stage.first; rank < stage.first + stage.replicas; ++rank) {
    const double backward_s = block_backward_s(setup, rank, stage.layers, stream.samples);
    const double update_s = allreduce_s + block_update_s(setup, rank, stage.layers);
    const bool first = rank == stage.first;
    if (first) {
      sums.forward_s = block_forward_s(setup, rank, stage.layers, stream.samples);
      sums.backward_s = backward_s;
      sums.update_s = update_s;
    }
    sums.least_backward_s = first ? backward_s : std::min(sums.least_backward_s, backward_s);
    sums.least_update_s = first ? update_s : std::min(sums.least_update_s, update_s);
  }
  return sums;
}

std::vector<StageSums> all_sums(const Setup& setup, const Stream& stream) {
  NetworkView network(setup);
  std::vector<StageSums> all;
  for (std::size_t index = 0; index < stream.stages.size(); ++index) {
    const StreamStage& stage = stream.stages[index];
    StageSums sums = sums_of(setup, network, stream, stage);
    if (index > 0) {
      const StreamStage& before = stream.stages[index - 1];
      const std::int64_t bytes = activation_bytes_before(setup, stage.layers.first, stream.samples);
      sums.hop_s = block_message_s(setup, network, before.first, stage.first, bytes);
      // Which replicas the last gradient goes through depends on the length of the run.
      if (network.uniform() || (before.replicas == 1 && stage.replicas == 1))
        sums.back_hop_s = block_message_s(setup, network, stage.first, before.first, bytes);
    }
    all.push_back(sums);
  }
  return all;
}

// Two bounds. No stream is faster than its busiest stage: a micro-batch reaches it, it does all its
// work, its last gradient goes back, and the stages that it comes through update. And a stage that
// has let K-s micro-batches in lets the next one in when the first of them is back from the last
// stage: each K-s micro-batches take a way there and back, hops included.
struct Parts {
  double turn_s = 0;  // a micro-batch at the busiest stage, forward and backward
  double turns = 0;   // that it has there
  double update_s = 0;
  double updates = 0;
  double round_trip_s = 0;
  double latency_s = 0;  // by which the second bound is above the first
  Waits waits = {};

  [[nodiscard]] double busy_s() const { return turns * turn_s + updates * update_s; }
  [[nodiscard]] double whole_s() const { return busy_s() + round_trip_s; }
};

Parts busiest_stage(const Stream& stream, const std::vector<StageSums>& sums) {
  Parts busiest;
  double there_s = 0;
  double after_s = 0;  // from a stage's last gradient to the end of the last update
  for (std::size_t index = 0; index < sums.size(); ++index) {
    const StageSums& mine = sums[index];
    there_s += mine.hop_s;
    if (index > 0) after_s += mine.back_hop_s + sums[index - 1].least_backward_s;
    const double last_s = std::max(after_s, mine.update_s);
    after_s = std::max(after_s, mine.least_update_s);
    const Parts parts{.turn_s = mine.turn_s(),
                      .turns = static_cast<double>(stream.rounds(stream.stages[index])),
                      .update_s = mine.update_s,
                      .updates = static_cast<double>(stream.updates(stream.stages[index])),
                      .round_trip_s = there_s + last_s - mine.update_s,
                      .latency_s = 0};
    if (parts.whole_s() > busiest.whole_s()) busiest = parts;
    there_s += mine.forward_s;
  }
  return busiest;
}

// The second bound, where each stage is one rank.
double latency_bound_s(const Stream& stream, const std::vector<StageSums>& sums) {
  double there_s = 0;
  for (const StageSums& stage : sums) there_s += stage.forward_s + stage.hop_s;
  double after_s = 0;
  std::vector<double> afters_s;
  for (std::size_t index = 0; index < sums.size(); ++index) {
    if (index > 0) after_s += sums[index].back_hop_s + sums[index - 1].backward_s;
    after_s = std::max(after_s, sums[index].update_s);
    afters_s.push_back(after_s);
  }
  double bound_s = 0;
  double round_trip_s = 0;  // from a stage to the last and back
  for (std::size_t index = sums.size(); index-- > 0;) {
    const StageSums& mine = sums[index];
    round_trip_s += mine.turn_s();
    there_s -= mine.forward_s;
    const auto under_way = static_cast<std::int64_t>(sums.size() - index);
    const std::int64_t trips = (stream.micro_batches - 1) / under_way;
    const std::int64_t rest = stream.micro_batches - 1 - trips * under_way;
    // Rarer updates need not lie on this path, so the bound leaves them out.
    const double update_s = stream.update_every == 1 ? mine.update_s : 0;
    bound_s = std::max(
        bound_s, there_s + round_trip_s + static_cast<double>(trips) * (round_trip_s + update_s) +
                     static_cast<double>(rest) * (mine.backward_s + update_s) + afters_s[index]);
    round_trip_s += mine.hop_s + mine.back_hop_s;
    there_s -= mine.hop_s;
  }
  return bound_s;
}

Parts bound_of(const Setup& setup, const Stream& stream) {
  const std::vector<StageSums> sums = all_sums(setup, stream);
  Parts parts = busiest_stage(stream, sums);
  if (static_cast<std::size_t>(setup.workers) != sums.size()) return parts;
  const double over_s = latency_bound_s(stream, sums) - parts.whole_s();
  // Where both bounds are the same, sums in another order differ in their last digits.
  if (over_s > 1e-9 * parts.whole_s()) parts.latency_s = over_s;
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const auto iterations = static_cast<double>(setup.training.iterations);
  const Term busiest = T::number("iterations", iterations) *
                           T::seconds("t_busiest_stage", parts.busy_s() / iterations) +
                       T::seconds("t_round_trip", parts.round_trip_s);
  return with_waits(
      parts.latency_s > 0 ? busiest + T::seconds("t_latency", parts.latency_s) : busiest,
      parts.waits);
}

// Of a stage: forwards ahead; then each backward with a forward before it, as long as there are
// any, and an update after as many as it takes.
std::vector<Segment> stage_program(const StageSteps& steps, std::size_t stage,
                                   const Stream& stream) {
  const std::int64_t ahead = std::min(stream.stages[stage].ahead, stream.micro_batches);
  const std::int64_t alternating = stream.micro_batches - ahead;
  const Step forward = steps.forward(stage);
  const Step backward = steps.backward(stage);
  const auto backwards = [&](std::int64_t with_forward, std::int64_t without) {
    Steps turn;
    turn.reserve(static_cast<std::size_t>(2 * with_forward + without + 1));
    for (std::int64_t back = 0; back < with_forward + without; ++back) {
      if (back < with_forward) turn.push_back(forward);
      turn.push_back(backward);
    }
    turn.push_back(steps.update(stage));
    return turn;
  };
  std::vector<Segment> program;
  add_segment(program, {forward}, ahead);
  const std::int64_t every = stream.update_every;
  add_segment(program, backwards(every, 0), alternating / every);
  const std::int64_t rest = alternating % every;
  if (rest > 0) add_segment(program, backwards(rest, every - rest));
  add_segment(program, backwards(0, every),
              stream.micro_batches / every - alternating / every - (rest > 0 ? 1 : 0));
  return program;
}

Waits waits_of(const Setup& setup, const Stream& stream, double bound_s) {
  constexpr std::int64_t most_a_turn = 1 << 12;
  const bool one_each = static_cast<std::size_t>(setup.workers) == stream.stages.size();
  if (!one_each || stream.update_every > most_a_turn) return {};
  std::vector<StageTimes> times;
  std::vector<std::int64_t> bytes;
  for (const StreamStage& stage : stream.stages) {
    times.push_back(
        {.forward_s = block_forward_s(setup, stage.first, stage.layers, stream.samples),
         .backward_s = block_backward_s(setup, stage.first, stage.layers, stream.samples),
         .update_s = block_update_s(setup, stage.first, stage.layers)});
    if (stage.layers.first > 0)
      bytes.push_back(activation_bytes_before(setup, stage.layers.first, stream.samples));
  }
  const StageSteps steps(setup, std::move(times), bytes);
  Schedule schedule =
      steps.schedule(1, [&](std::size_t stage) { return stage_program(steps, stage, stream); });
  return waits_beyond(std::move(schedule), bound_s);
}

Parts parts_of(const Setup& setup, const Stream& stream) {
  Parts parts = bound_of(setup, stream);
  parts.waits = waits_of(setup, stream, expression_of<double>(setup, parts));
  return parts;
}

void count_stream(ClosedForm& form, const Setup& setup, const Stream& stream) {
  const Count crossings = Count{2} * stream.micro_batches;
  form.messages = crossings * static_cast<std::int64_t>(stream.stages.size() - 1);
  for (const StreamStage& stage : stream.stages) {
    if (setup.measured.empty())
      form.flops[ComputeKind::update] += Count{setup.step_rule().flops} * stage.replicas *
                                         stream.updates(stage) * setup.mlp.parameters(stage.layers);
    const CollectiveCounts sum =
        gradient_sum_counts(setup, group_of(stage), gradients_of(setup.mlp, stage.layers));
    form.flops[ComputeKind::reduce] += stream.updates(stage) * sum.reduce_flops;
    form.bytes += stream.updates(stage) * sum.bytes;
    form.messages += stream.updates(stage) * sum.messages;
    if (stage.layers.first > 0)
      form.bytes += crossings * activation_bytes_before(setup, stage.layers.first, stream.samples);
  }
  if (setup.measured.empty())
    count_passes(form.flops, setup.mlp, Count{stream.micro_batches} * stream.samples);
}

// The next input and the gradient of an output, from each of the replicas that send to one rank.
Count received_beside(const Setup& setup, const Stream& stream, std::size_t index) {
  const StreamStage& stage = stream.stages[index];
  const auto from = [&](const StreamStage& other, std::int64_t layer) {
    return Count{other.replicas / std::gcd(other.replicas, stage.replicas)} *
           activation_bytes_before(setup, layer, stream.samples);
  };
  Count bytes = 0;
  if (index > 0) bytes += from(stream.stages[index - 1], stage.layers.first);
  if (index + 1 < stream.stages.size()) bytes += from(stream.stages[index + 1], stage.layers.end());
  return bytes;
}

// What a bound without waits leaves out of the stage that has most of it: sums of its replicas, and
// the messages that each of them waits for.
double left_out_s(const Setup& setup, const Stream& stream) {
  NetworkView network(setup);
  double most_s = 0;
  for (const StreamStage& stage : stream.stages) {
    const ClaimedTime sum = gradient_sum_duration(setup, network, group_of(stage),
                                                  gradients_of(setup.mlp, stage.layers));
    double all_s = static_cast<double>(stream.updates(stage)) * sum.seconds;
    if (stage.first > 0) {
      const std::int64_t bytes = activation_bytes_before(setup, stage.layers.first, stream.samples);
      all_s += 2 * static_cast<double>(stream.rounds(stage)) *
               network.message(stage.first - 1, stage.first, bytes).seconds();
    }
    most_s = std::max(most_s, all_s);
  }
  return most_s;
}

}  // namespace

ClosedForm stream_closed_form(const Setup& setup, const Stream& stream,
                              std::int64_t (*copies)(const Stream&, const StreamStage&)) {
  ClosedForm form;
  count_stream(form, setup, stream);
  for (std::size_t index = 0; index < stream.stages.size(); ++index) {
    const StreamStage& stage = stream.stages[index];
    const Count scalars = block_parameters(setup, stage.layers).count;
    const Count parameters = scalars * setup.mlp.precision.parameters;
    const std::int64_t kept = std::min(stream.rounds(stage), stage.ahead + 1);
    const Memory mine{
        .parameters = parameters,
        .gradients = scalars * setup.mlp.precision.gradients,
        .activations = kept * block_stash_bytes(setup, stage.layers, stream.samples),
        .versions =
            copies(stream, stage) * parameters + update_state_bytes(setup, scalars) +
            residual_bytes(setup, group_of(stage), block_parameters(setup, stage.layers).count),
        .buffers =
            received_beside(setup, stream, index) +
            gradient_sum_buffers(setup, group_of(stage), gradients_of(setup.mlp, stage.layers))};
    if (mine.total() > form.memory.total()) form.memory = mine;
  }
  const Parts parts = parts_of(setup, stream);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  if (setup.workers == 1) return form;
  claim_waits(form, parts.waits);
  if (parts.waits.known) return form;
  note_rough(form, form.makespan.seconds() + left_out_s(setup, stream),
             "sums of replicas, and messages, may hide behind nothing");
  // Each hop was rounded up to a picosecond; messages that share a link need not be.
  const Count rounded =
      Count{4} * static_cast<std::int64_t>(stream.stages.size()) + Count{2} * stream.micro_batches;
  if (form.makespan != longest_run)
    form.makespan =
        std::max(Picoseconds{}, form.makespan - Picoseconds{static_cast<std::int64_t>(rounded)});
  return form;
}

Formula stream_formula(const Setup& setup, const Stream& stream) {
  return expression_of<Formula>(setup, parts_of(setup, stream));
}

}  // namespace lockstep::models
