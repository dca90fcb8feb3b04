// The handle through which a program acts as one rank of a run.
#pragma once

#include <cstdint>

#include "models/language/common_plan.hpp"
#include "models/language/operation.hpp"
#include "models/language/program.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

class Worker {
 public:
  // `plan` is that of the run, for all of its ranks.
  Worker(const Setup& setup, Rank rank, CommonPlan& plan)
      : setup_(&setup), rank_(rank), plan_(&plan) {}

  [[nodiscard]] const Setup& setup() const { return *setup_; }
  [[nodiscard]] Rank rank() const { return rank_; }
  [[nodiscard]] int workers() const { return setup_->workers; }
  [[nodiscard]] int servers() const { return setup_->servers; }
  [[nodiscard]] bool is_server() const { return setup_->is_server(rank_); }
  // Returns what `plan_of(setup())` returns, worked out once for all ranks; it lives as long as the
  // run. An algorithm has one such plan at most.
  template <class Plan>
  [[nodiscard]] const Plan& common(Plan (*plan_of)(const Setup&)) const {
    return plan_->get(plan_of, *setup_);
  }

  // The operations below are to be awaited: `co_await worker.forward(layer, samples)`. A product
  // ends at once when a posted message with `stop_tag` arrives.
  [[nodiscard]] static OperationAwaiter forward(std::int64_t layer, std::int64_t samples,
                                                std::int64_t micro_batch = 0,
                                                Tag stop_tag = no_tag) {
    return product(ComputeKind::forward, layer, samples, micro_batch, {}, stop_tag);
  }
  [[nodiscard]] static OperationAwaiter backward_weight(std::int64_t layer, std::int64_t samples,
                                                        std::int64_t micro_batch = 0,
                                                        Tag stop_tag = no_tag) {
    return product(ComputeKind::backward_weight, layer, samples, micro_batch, {}, stop_tag);
  }
  [[nodiscard]] static OperationAwaiter backward_input(std::int64_t layer, std::int64_t samples,
                                                       std::int64_t micro_batch = 0,
                                                       Tag stop_tag = no_tag) {
    return product(ComputeKind::backward_input, layer, samples, micro_batch, {}, stop_tag);
  }
  // Computes any of the three products, of the layer or a part of it, with current or other
  // parameters.
  [[nodiscard]] static OperationAwaiter product(ComputeKind kind, std::int64_t layer,
                                                std::int64_t samples, std::int64_t micro_batch,
                                                const LayerPart& part = {}, Tag stop_tag = no_tag,
                                                Weights weights = {}) {
    return {Compute{.kind = kind,
                    .layer = static_cast<std::int32_t>(layer),
                    .micro_batch = static_cast<std::int32_t>(micro_batch),
                    .samples = samples,
                    .stop_tag = stop_tag,
                    .part = part,
                    .version = weights.version,
                    .weights = weights.buffer}};
  }
  // Asks whether a posted message with `tag` has arrived and was not received.
  [[nodiscard]] static ProbeAwaiter probe(Tag tag) { return {{Probe{tag}}}; }
  // Computes a product of layer `index` (from 0) of the synthesiser for the gradient of `layer`'s
  // output.
  [[nodiscard]] static OperationAwaiter synthesise(ComputeKind kind, std::int64_t layer,
                                                   std::int64_t index, std::int64_t samples,
                                                   std::int64_t micro_batch) {
    OperationAwaiter awaiter = product(kind, layer, samples, micro_batch);
    std::get_if<Compute>(&awaiter.operation)->synthesiser_layer = static_cast<int>(index + 1);
    return awaiter;
  }
  [[nodiscard]] static OperationAwaiter reduce(const Message& message) { return {Reduce{message}}; }
  [[nodiscard]] static OperationAwaiter accumulate(const Payload& payload,
                                                   Buffer from = Buffer::gradients) {
    return {Accumulate{payload, from, false}};
  }
  [[nodiscard]] static OperationAwaiter accumulate_shared(const Payload& payload) {
    return {Accumulate{payload, Buffer::gradients, true}};
  }
  [[nodiscard]] static OperationAwaiter store(const Message& message) { return {Store{message}}; }
  [[nodiscard]] static OperationAwaiter copy(const Payload& payload, Buffer to, double factor = 1) {
    return {Copy{payload, to, factor}};
  }
  // Updates `payload` by the training's optimizer, or by `rule`.
  [[nodiscard]] OperationAwaiter update(const Payload& payload, std::int64_t staleness = 0) const {
    return update(payload, staleness, setup_->step_rule());
  }
  [[nodiscard]] static OperationAwaiter update(const Payload& payload, std::int64_t staleness,
                                               const UpdateRule& rule) {
    return {Update{payload, staleness, &rule, not_shared}};
  }
  [[nodiscard]] static OperationAwaiter update_shared(const Payload& payload,
                                                      std::int64_t read_version,
                                                      const UpdateRule& rule) {
    return {Update{payload, 0, &rule, read_version}};
  }
  [[nodiscard]] static OperationAwaiter transcode(CodingStep step, const Payload& payload,
                                                  Residual residual = Residual::none,
                                                  int summed = 1) {
    return {Transcode{step, payload, residual, summed}};
  }
  [[nodiscard]] OperationAwaiter post(Rank to, Tag tag, const Payload& payload,
                                      std::int64_t version = 0) const {
    return {Post{to, {rank_, tag, payload, version, 0}}};
  }
  [[nodiscard]] OperationAwaiter send(Rank to, Tag tag, const Payload& payload,
                                      std::int64_t version = 0) const {
    return {Send{to, {rank_, tag, payload, version, 0}}};
  }
  [[nodiscard]] static MessageAwaiter receive(Rank from, Tag tag) { return {{Receive{from, tag}}}; }
  [[nodiscard]] static MessageAwaiter receive_any(Tag tag) { return {{Receive{any_rank, tag}}}; }
  [[nodiscard]] MessageAwaiter exchange(Rank to, const Payload& payload, Rank from, Tag tag) const {
    return {{Exchange{to, {rank_, tag, payload, 0, 0}, from}}};
  }
  [[nodiscard]] static MessageAwaiter read_shared(const Payload& payload) {
    return {{AccessShared{payload, false}}};
  }
  [[nodiscard]] static MessageAwaiter hold_shared(const Payload& payload) {
    return {{AccessShared{payload, true}}};
  }
  // Waits for all workers; servers take no part.
  [[nodiscard]] static OperationAwaiter barrier() { return {Barrier{}}; }
  [[nodiscard]] static OperationAwaiter begin_iteration() { return {BeginIteration{}}; }
  // The child runs beside this strand; it must be joined.
  [[nodiscard]] static ForkAwaiter fork(Program& child) { return {{Fork{&child}}}; }
  // Returns whether the reader has taken all of these steps; if not, the program takes them.
  [[nodiscard]] static ProbeAwaiter offer(const CollectiveSteps& steps) { return {{steps}}; }
  [[nodiscard]] static OperationAwaiter join(std::uint32_t strand) { return {Join{strand}}; }

 private:
  const Setup* setup_;
  Rank rank_;
  CommonPlan* plan_;
};

}  // namespace lockstep::models
