// How many workers synchronous SGD can use: where computation takes as long as communication.
//
// Seide et al.: "On parallelizability of stochastic gradient descent for speech DNNs", ICASSP 2014.
// With double buffering a worker computes half a mini-batch of B samples while it exchanges the
// gradients of the half before. With K workers the two take
//
//   T_calc(K) = (B/2 T_frm + C T_post) / K + T_upd        T_comm = T_comm_float / Z
//
// which are equal for
//
//   K^ = (B/2 T_frm + C T_post) / (T_comm_float / Z - T_upd)
//
// From a scenario, each on the slowest worker:
//
//   B/2 T_frm     passes over half of the global mini-batch on one worker
//   C T_post      work on the sum that owners of blocks divide: encoding it (one_bit, sign)
//   T_upd         work of every worker on all n gradients, whatever K: the update, the folds (n
//                 scalars in all where workers are many), encoding and decoding
//   T_comm_float  each worker sends 2 (K-1)/K M bytes, 2 M where workers are many, at the bandwidth
//                 from worker 0 to worker 1; latencies are left out
//   Z             bytes of dense gradients over those of encoded ones
//
// Where T_upd alone takes as long as the exchange, communication never sets the pace and the number
// is infinite. There is none for one worker, for gradients that reach every worker from every other
// (top_k: T_comm grows with K), and where servers sum.
#pragma once

#include <optional>

#include "models/setup.hpp"

namespace lockstep::models {

[[nodiscard]] std::optional<double> optimal_workers(const Setup& setup);

}  // namespace lockstep::models
