#include "models/readers/simulate/memory_observer.hpp"

#include <algorithm>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

namespace {

std::size_t at(Rank rank) { return static_cast<std::size_t>(rank); }

std::int64_t folded_bytes(const Setup& setup, const DeviceUse& use) {
  if (use.operation == nullptr) return 0;
  const auto* reduce = std::get_if<Reduce>(use.operation);
  return reduce == nullptr ? 0 : wire_bytes(setup.mlp, reduce->message.payload);
}

}  // namespace

HeldActivations::HeldActivations(const Setup& setup, Rank rank)
    : setup_(&setup),
      recomputes_(setup.measured.empty() && setup.algorithm->recomputes != nullptr &&
                  setup.algorithm->recomputes(setup, rank)) {
  if (recomputes_) layers_ = layers_of_stage(setup.mlp, setup.workers, rank);
}

std::int64_t HeldActivations::input_bytes(const Compute& compute) const {
  if (!setup_->measured.empty())
    return setup_->measured[static_cast<std::size_t>(compute.layer)].activation_bytes;
  std::int64_t features = compute.part.inputs;
  if (compute.synthesiser_layer > 0)
    features = setup_->mlp.shape(compute.layer).outputs;
  else if (compute.part.is_whole())
    features = setup_->mlp.activations_before(compute.layer);
  return features * compute.samples * setup_->mlp.precision.activations;
}

std::int64_t HeldActivations::output_bytes(const Compute& compute) const {
  const std::int64_t features =
      compute.part.is_whole() ? setup_->mlp.shape(compute.layer).outputs : compute.part.outputs;
  return features * compute.samples * setup_->mlp.precision.activations;
}

HeldActivations::Held& HeldActivations::hold(const Place& place, std::int64_t bytes) {
  Held& held = held_[place];
  bytes_ += std::max<std::int64_t>(0, bytes - held.bytes);
  held.bytes = std::max(held.bytes, bytes);
  return held;
}

void HeldActivations::release(const Place& place) {
  const auto found = held_.find(place);
  if (found == held_.end()) return;
  bytes_ -= found->second.bytes;
  held_.erase(found);
}

void HeldActivations::stored(const Payload& payload) {
  if (payload.buffer != Buffer::activations) return;
  const Place place{payload.micro_batch, payload.layer, 0};
  std::int64_t bytes = scalars_of(setup_->mlp, payload).bytes();
  if (payload.samples > 0) {  // a part of them, beside the parts that are there
    const auto found = held_.find(place);
    if (found != held_.end()) bytes += found->second.bytes;
    bytes = std::min(bytes, setup_->mlp.activations_before(payload.layer) * payload.samples *
                                setup_->mlp.precision.activations);
  }
  hold(place, bytes);
}

void HeldActivations::product_ends(const Compute& compute) {
  const std::int32_t behind = compute.synthesiser_layer;
  const std::int64_t layer = std::int64_t{compute.layer} + (behind > 0 ? 1 : 0);
  const Place input{compute.micro_batch, layer, std::max(0, behind - 1)};
  const Place output = behind > 0 ? Place{compute.micro_batch, layer, behind}
                                  : Place{compute.micro_batch, layer + 1, 0};
  if (compute.kind == ComputeKind::forward)
    went_forward(compute, input, output);
  else
    went_back(compute, input, output);
}

void HeldActivations::went_forward(const Compute& compute, const Place& input,
                                   const Place& output) {
  // A pass that can be cut short may have left what is computed anew now.
  if (compute.stop_tag != no_tag)
    while (true) {
      const auto next = held_.upper_bound(output);
      if (next == held_.end() || std::get<0>(next->first) != compute.micro_batch) break;
      release(Place(next->first));
    }
  // Of activations that were summed over ranks, or will be, it needs a part.
  const auto there = held_.find(input);
  const bool is_again = there != held_.end() && there->second.is_input;
  release(input);
  Held& mine = hold(input, input_bytes(compute));
  mine.is_input = true;
  if (setup_->measured.empty()) hold(output, output_bytes(compute));
  if (!recomputes_) return;
  const Place first{compute.micro_batch, layers_.first, 0};
  if (compute.layer == layers_.first) mine.is_kept = is_again;
  if (held_.at(first).is_kept) return;
  // The first time only the stage's input stays, and what the next layer needs.
  if (input != first) release(input);
  if (compute.layer + 1 == layers_.end()) release(output);
}

void HeldActivations::went_back(const Compute& compute, const Place& input, const Place& output) {
  const auto found = held_.find(input);
  if (found == held_.end()) return;
  Held& mine = found->second;
  if (compute.kind == ComputeKind::backward_weight) mine.weight_gradients_are_there = true;
  if (compute.kind == ComputeKind::backward_input) mine.input_gradients_are_there = true;
  const bool of_data =
      compute.layer == 0 && compute.synthesiser_layer == 0 && setup_->measured.empty();
  if (!mine.weight_gradients_are_there || (!mine.input_gradients_are_there && !of_data)) return;
  release(input);
  const auto behind = held_.find(output);
  if (behind != held_.end() && !behind->second.is_input) release(output);
}

std::int64_t WaitingMessages::arrives(Rank from, Tag tag, std::int64_t bytes) {
  std::vector<Waiting>& waiting = by_sender_[from];
  waiting.push_back({tag, bytes});
  return waiting.size() == 1 ? bytes : 0;
}

std::int64_t WaitingMessages::is_taken(Rank from, Tag tag) {
  std::vector<Waiting>& waiting = by_sender_[from];
  const auto taken =
      std::ranges::find_if(waiting, [tag](const Waiting& one) { return one.tag == tag; });
  if (taken == waiting.end()) return 0;  // it was awaited
  const bool was_oldest = taken == waiting.begin();
  const std::int64_t bytes = taken->bytes;
  waiting.erase(taken);
  if (!was_oldest) return 0;
  return (waiting.empty() ? 0 : waiting.front().bytes) - bytes;
}

MemoryObserver::MemoryObserver(const Setup& setup, MemoryOverTime& memory)
    : setup_(&setup),
      memory_(&memory),
      waiting_(at(setup.ranks())),
      bytes_of_messages_(at(setup.ranks()), 0) {
  for (Rank rank = 0; rank < setup.ranks(); ++rank) activations_.emplace_back(setup, rank);
}

void MemoryObserver::note(Rank rank, Picoseconds now) {
  memory_->add({now, rank, {activations_[at(rank)].bytes(), bytes_of_messages_[at(rank)]}});
}

void MemoryObserver::change_messages(Rank rank, std::int64_t bytes, Picoseconds now) {
  if (bytes == 0) return;
  bytes_of_messages_[at(rank)] += bytes;
  note(rank, now);
}

void MemoryObserver::use_reserved(DeviceUse& use, Picoseconds now) {
  change_messages(use.rank, folded_bytes(*setup_, use), now);
}

void MemoryObserver::use_ends(const DeviceUse& use, Picoseconds now) {
  change_messages(use.rank, -folded_bytes(*setup_, use), now);
}

void MemoryObserver::message_arrives(const MessageUse& message, Picoseconds now) {
  if (message.within_host || message.is_awaited) return;
  change_messages(message.to,
                  waiting_[at(message.to)].arrives(message.from, message.tag, message.bytes), now);
}

void MemoryObserver::message_taken(Rank rank, const Message& message, Picoseconds now) {
  change_messages(rank, waiting_[at(rank)].is_taken(message.source, message.tag), now);
}

void MemoryObserver::operation_ends(Rank rank, const Operation& operation, Picoseconds /*begin*/,
                                    Picoseconds now) {
  if (const auto* compute = std::get_if<Compute>(&operation))
    activations_[at(rank)].product_ends(*compute);
  else if (const auto* store = std::get_if<Store>(&operation))
    activations_[at(rank)].stored(store->message.payload);
  else
    return;
  note(rank, now);
}

}  // namespace lockstep::models
