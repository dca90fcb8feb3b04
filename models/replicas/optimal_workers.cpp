#include "models/replicas/optimal_workers.hpp"

#include <algorithm>
#include <limits>

#include "models/compression/compression.hpp"
#include "models/network_view.hpp"
#include "models/passes.hpp"

namespace lockstep::models {

namespace {

double transcode_s(const Setup& setup, CodingStep step, const Payload& payload, Residual residual) {
  return setup.slowest_worker_s(transcode_work(setup.mlp, {step, payload, residual}));
}

// Work of every worker on all gradients but the update.
double summing_s(const Setup& setup, const Compression& compression, const Payload& whole) {
  const Residual residual = compression.residual(Residual::of_gradients);
  if (compression.encoding == Encoding::low_rank) {
    const FactorCounts factors = factors_of(setup.mlp, whole);
    double sum_s = setup.slowest_worker_s(fold(setup.mlp, factors.left + factors.right));
    for (const CodingStep step :
         {CodingStep::left_factor, CodingStep::right_factor, CodingStep::product})
      sum_s += transcode_s(setup, step, whole, residual);
    return sum_s;
  }
  const double folds_s = setup.slowest_worker_s(reduce_work(setup.mlp, whole));
  if (compression.none()) return folds_s;
  return transcode_s(setup, CodingStep::encode, whole, residual) + folds_s +
         transcode_s(setup, CodingStep::decode, whole, Residual::none);
}

}  // namespace

std::optional<double> optimal_workers(const Setup& setup) {
  const Compression compression = compression_of(setup.options);
  const bool grows = compression.encoding == Encoding::top_k;
  if (setup.workers == 1 || setup.servers > 0 || grows) return std::nullopt;
  const Payload whole = compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp)));
  const bool owners =
      compression.encoding == Encoding::one_bit || compression.encoding == Encoding::sign;
  const double half_s = slowest_passes_s(setup, std::max<std::int64_t>(1, setup.global_batch / 2));
  const double post_s =
      owners ? transcode_s(setup, CodingStep::encode, whole, compression.residual(Residual::of_sum))
             : 0;
  const double update_s = setup.slowest_worker_s(update_work(setup.mlp, setup.mlp.parameters())) +
                          summing_s(setup, compression, whole);
  const double exchange_s = 2 * NetworkView(setup).transfer_s(0, 1, wire_bytes(setup.mlp, whole));
  if (exchange_s <= update_s) return std::numeric_limits<double>::infinity();
  return (half_s + post_s) / (exchange_s - update_s);
}

}  // namespace lockstep::models
