#include "models/parts/servers/compute_groups.hpp"

#include "models/cost/passes.hpp"

namespace lockstep::models {

namespace {

constexpr Tag group_tag = exchange_tag + 1;

}  // namespace

Group group_of(const Setup& setup, const Exchanges& plan, Rank rank) {
  Group group = group_at(setup, plan, 0);
  for (int index = 1; group.first + group.count <= rank; ++index)
    group = group_at(setup, plan, index);
  return group;
}

Program exchange_in_group(Worker& worker, Exchanges plan, Group group) {
  const Payload gradients = gradients_of(worker.setup().mlp, all_layers(worker.setup().mlp));
  const Compression& compression = plan.compression;
  const Payload sent = compression.encoded(gradients);
  if (!compression.none())
    co_await worker.transcode(CodingStep::encode, sent,
                              compression.residual(Residual::of_gradients));
  co_await worker.post(group.first, group_tag, sent);
  co_await worker.store(co_await worker.receive(group.first, group_tag));
}

Program exchange_for_group(Worker& worker, Exchanges plan, Group group, std::int64_t* versions) {
  const Payload gradients = gradients_of(worker.setup().mlp, all_layers(worker.setup().mlp));
  const Payload model = parameters_of(worker.setup().mlp, all_layers(worker.setup().mlp));
  for (int other = 1; other < group.count; ++other)
    co_await worker.reduce(co_await worker.receive_any(group_tag));
  if (group.count > 1) co_await worker.copy(gradients, Buffer::gradients, 1.0 / group.count);
  co_await push_blocks(worker, gradients, exchange_tag, versions, plan.compression);
  co_await fetch_blocks(worker, exchange_tag, versions);
  for (Rank other = group.first + 1; other < group.first + group.count; ++other)
    co_await worker.post(other, group_tag, model);
}

}  // namespace lockstep::models
