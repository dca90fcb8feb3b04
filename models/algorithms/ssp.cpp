// Stale synchronous parallel: asynchronous SGD in which nobody gets far ahead. A worker's clock is
// the number of its pushes. Servers apply a push when it comes, but answer it only once the slowest
// worker's clock is at most `staleness_bound` behind the pusher's: until then the fast one waits.
//
// So with bound s, a worker at clock c computes from parameters that hold the first c - s pushes of
// everybody. Until its next push is applied others come to clock c + s + 1 at most: it is no more
// than 2 s + 1 updates of each other worker old. With s = 0 nobody begins an iteration before
// everybody has ended the one before: bulk-synchronous.
//
// Ho et al.: "More effective distributed ML via a stale synchronous parallel parameter server",
// NIPS 2013, section 2. There a worker may go on with parameters that it has read before; here it
// fetches after each step, as `async_sgd` does, so that the bound alone is the difference.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption staleness_bound_option =
    OptionSpec{.name = "staleness_bound",
               .type = OptionType::integer,
               .summary =
                   "how many iterations a worker may be ahead of the slowest; 0: none, which "
                   "is bulk-synchronous",
               .fallback = std::int64_t{3},
               .least = 0,
               .most = 1e9};

constexpr auto options = option_table(staleness_bound_option, compression_options, server_options,
                                      accumulation_steps_option);

// What one server knows of the workers.
class Clocks {
 public:
  Clocks(int workers, std::int64_t bound)
      : bound_(bound),
        clocks_(static_cast<std::size_t>(workers), 0),
        waits_(clocks_.size(), false),
        slowest_workers_(workers) {}

  // Returns whether others may be answered now, too.
  [[nodiscard]] bool tick(Rank worker) {
    const auto index = static_cast<std::size_t>(worker);
    waits_[index] = true;
    if (clocks_[index]++ > slowest_ || --slowest_workers_ > 0) return false;
    ++slowest_;
    slowest_workers_ = std::ranges::count(clocks_, slowest_);
    return true;
  }
  // Whether `worker` waits for an answer that it may have now; it does not wait any longer then.
  [[nodiscard]] bool takes_answer(Rank worker) {
    const auto index = static_cast<std::size_t>(worker);
    if (!waits_[index] || clocks_[index] - slowest_ > bound_) return false;
    waits_[index] = false;
    return true;
  }

 private:
  std::int64_t bound_;
  std::vector<std::int64_t> clocks_;
  std::vector<bool> waits_;
  std::int64_t slowest_ = 0;
  std::ptrdiff_t slowest_workers_;  // how many are as slow
};

Program serve(Worker& server) {
  const Setup& setup = server.setup();
  const Payload mine = block_of(server, Buffer::parameters);
  const std::int64_t pushes = setup.training.iterations * setup.workers;
  Clocks clocks(setup.workers, setup.options[staleness_bound_option]);
  for (std::int64_t version = 0; version < pushes; ++version) {
    const Message push = co_await server.receive_any(exchange_tag);
    co_await server.store(push);
    if (push.payload.encoding != Encoding::dense)
      co_await server.transcode(CodingStep::decode, push.payload);
    co_await server.update(mine, version - push.version);
    const bool all = clocks.tick(push.source);
    const Rank end = all ? setup.workers : push.source + 1;
    for (Rank worker = all ? 0 : push.source; worker < end; ++worker)
      if (clocks.takes_answer(worker))
        co_await server.post(worker, exchange_tag, mine, version + 1);
  }
}

Program program(Worker& worker) {
  if (worker.is_server()) return serve(worker);
  return train_with_servers(worker, exchanges_of(worker.setup()));
}

// With bound 0 a round's pushes are 0, 1, ..., P-1 updates old, whoever is first. Else as without a
// bound: equal workers in turn are never two iterations ahead, so that it holds up nobody; others
// get their answers later, and so fresher parameters. No push is older than the bound allows.
ClaimedStaleness staleness_of(const Setup& setup) {
  const std::int64_t bound = setup.options[staleness_bound_option];
  const std::int64_t others = setup.workers - 1;
  if (bound == 0) return {static_cast<double>(others) / 2, others};
  ClaimedStaleness staleness = staleness_of_pushes(setup, exchanges_of(setup));
  staleness.max = std::min(staleness.max, others * (2 * bound + 1));
  return staleness;
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form = exchanges_closed_form(setup, exchanges_of(setup));
  if (form.claim != TimeClaim::exact) form.leaves_out += ", and for the slowest worker";
  form.staleness = staleness_of(setup);
  return form;
}

Formula formula(const Setup& setup) { return exchanges_formula(setup, exchanges_of(setup)); }

}  // namespace

const RegisteredAlgorithm ssp = on_parameter_servers({
    .kind = "ssp",
    .title = "Stale synchronous parallel",
    .summary =
        "Workers push to parameter servers and go on without each other, but the fastest waits "
        "when it is more than staleness_bound iterations ahead of the slowest. Short delays of a "
        "worker hold up nobody, and gradients never get older than the bound allows.",
    .approximation = "gradients are stale, at most 2 staleness_bound + 1 updates of each other "
                     "worker old",
    .when_to_use = "When workers are slow now and then, and not always the same ones.",
    .source = "Ho et al., NIPS 2013",
    .options = options,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
});

}  // namespace lockstep::models
