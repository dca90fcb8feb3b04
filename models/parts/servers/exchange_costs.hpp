// The components of exchanges with parameter servers: of the worker whose chain is longest, of the
// server whose device has most to do, and of the link that is busy longest.
#pragma once

#include <algorithm>
#include <vector>

#include "models/cost/network_loads.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

// `pushed_blocks` returns one push of the whole model, block by block; `encode_work` and
// `decode_work` return the work of encoding and decoding one block.
[[nodiscard]] std::vector<Payload> pushed_blocks(const Setup& setup, const Exchanges& plan);
[[nodiscard]] Work encode_work(const Setup& setup, const Exchanges& plan, const Payload& block);
[[nodiscard]] Work decode_work(const Setup& setup, const Payload& block);
// Returns what a worker hands to the first worker of its group.
[[nodiscard]] Payload handed_in(const Setup& setup, const Exchanges& plan);

// The times from the end of a worker's passes until it has the answer to its push, one after
// another.
struct PushAndAnswer {
  double encode_s = 0;
  double push_s = 0;
  double decode_s = 0;
  double update_s = 0;
  double answer_s = 0;

  [[nodiscard]] double sum_s() const { return encode_s + push_s + decode_s + update_s + answer_s; }
};

// The times of a push by every worker and of its answer if nothing overlaps: each message is under
// way with those of all others, and each update waits for all others and for a matrix product of a
// worker on the server's device.
struct ExchangePhases {
  double push_s = 0;
  double apply_s = 0;
  double answer_s = 0;
};

// The times that the bounds are made of.
struct ExchangeParts {
  // The next members are those of the worker, or first worker of a group, whose chain is longest.
  double round_s = 0;  // passes, and the exchange within a group
  double local_step_s = 0;
  double accumulation_s = 0;
  double taking_in_s = 0;  // the update by what was fetched
  double encode_s = 0;     // of all blocks
  PushAndAnswer exchange;
  double request_s = 0;  // a request and its answer
  double last_s = 0;     // from the last push until it is applied, if it is not answered
  // The next members are those of the server whose device has most to do.
  double decode_s = 0;
  double update_s = 0;
  double beside_s = 0;  // work of a worker on its host, or time before and after all updates
  // The time that the channel or port that is busy longest takes for all messages, and before and
  // after them.
  double link_s = 0;
};

// Returns the seconds of the worker's steps and of what it waits for, one after another.
[[nodiscard]] double exchange_chain_s(const Setup& setup, const Exchanges& plan,
                                      const ExchangeParts& parts);

// Holds what is the same for all workers and computes what differs between them.
class ExchangeCosts {
 public:
  ExchangeCosts(const Setup& setup, const Exchanges& plan)
      : setup_(&setup),
        plan_(&plan),
        network_(setup),
        pushes_(setup),
        answers_(setup),
        own_(setup),
        blocks_(pushed_blocks(setup, plan)) {
    for (const Payload& block : blocks_) bytes_.push_back(wire_bytes(setup.mlp, block));
  }

  [[nodiscard]] ExchangeParts parts();
  // Must be called after `parts`.
  [[nodiscard]] ExchangePhases phases();

 private:
  [[nodiscard]] bool colocated() const { return setup_->placement == Placement::colocated; }
  [[nodiscard]] bool dense() const { return plan_->compression.none(); }
  [[nodiscard]] Rank rank_of(int server) const { return setup_->workers + server; }
  [[nodiscard]] Rank rank_of_pusher(std::int64_t index) const {
    return group_at(*setup_, *plan_, index).first;
  }
  [[nodiscard]] std::int64_t scalars_of(int server) const {
    return block_count(setup_->mlp.parameters(), setup_->servers, server);
  }
  [[nodiscard]] std::int64_t bytes_of(int server) const {
    return bytes_[static_cast<std::size_t>(server)];
  }
  [[nodiscard]] std::int64_t answer_bytes(int server) const {
    return scalars_of(server) * setup_->mlp.precision.parameters;
  }
  [[nodiscard]] double work_s(Rank rank, const Work& work) const {
    return compute_time(setup_->device_of(rank), work).seconds();
  }
  [[nodiscard]] double own_update_s(Rank rank, const UpdateRule* rule) const {
    return rule == nullptr ? 0 : update_s(*setup_, rank, setup_->mlp.parameters(), *rule);
  }
  [[nodiscard]] double encode_block_s(Rank rank, int server) const {
    return dense() ? 0
                   : work_s(rank, encode_work(*setup_, *plan_,
                                              blocks_[static_cast<std::size_t>(server)]));
  }
  [[nodiscard]] double decode_on_server_s(int server) const {
    return dense() ? 0
                   : work_s(rank_of(server),
                            decode_work(*setup_, blocks_[static_cast<std::size_t>(server)]));
  }
  [[nodiscard]] double update_on_server_s(int server) const {
    return update_s(*setup_, rank_of(server), scalars_of(server), *plan_->server_rule);
  }
  [[nodiscard]] double longest_product_s() const {
    double longest_s = 0;
    for (std::int64_t layer = 0; layer < setup_->mlp.layers; ++layer)
      longest_s = std::max(longest_s, slowest_product_s(*setup_, layer));
    return longest_s;
  }
  [[nodiscard]] double first_steps_s(std::int64_t steps) const {
    const double passes =
        min_over_workers(*setup_, [&](Rank rank) { return mini_batch_s(*setup_, rank); });
    return static_cast<double>(std::min(steps, plan_->steps)) * passes;
  }

  // Returns the pushers to look at. Where all are alike, these are one of each sort: beside a
  // server or not, in a larger group or not.
  [[nodiscard]] std::vector<std::int64_t> typical_pushers() const {
    std::vector<std::int64_t> pushers;
    const bool alike = network_.uniform() && setup_->cluster.devices.size() == 1;
    const std::int64_t last = plan_->pushers - 1;
    for (std::int64_t index = 0; index <= last; ++index) {
      const bool typical = index <= 1 || index == last || rank_of_pusher(index) == setup_->servers;
      if (!alike || typical) pushers.push_back(index);
    }
    return pushers;
  }

  template <class Visit>
  void for_each_message(const Visit& visit) {
    for (std::int64_t index = 0; index < plan_->pushers; ++index)
      for (int server = 0; server < setup_->servers; ++server) visit(rank_of_pusher(index), server);
  }

  [[nodiscard]] ExchangeParts of_pusher(std::int64_t index);
  [[nodiscard]] double round_s(const Group& group);
  [[nodiscard]] PushAndAnswer exchange_of(Rank worker);
  [[nodiscard]] double request_s(Rank worker);
  [[nodiscard]] double all_blocks_s(Rank worker, bool pushed);
  void set_device(ExchangeParts& parts);
  void load_network();
  void set_link(ExchangeParts& parts);

  const Setup* setup_;
  const Exchanges* plan_;
  NetworkView network_;
  NetworkLoads pushes_;   // of one push by each pusher
  NetworkLoads answers_;  // of one answer to each push
  NetworkLoads own_;      // of one worker's blocks, alone
  std::vector<Payload> blocks_;
  std::vector<std::int64_t> bytes_;
};

}  // namespace lockstep::models
