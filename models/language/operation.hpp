// What a rank can do: small plain values that a program awaits and a reader carries out.
//
// An operation names layers, samples and elements; it knows no clock, no thread and no number.
#pragma once

#include <cstdint>
#include <variant>

#include "models/devices/compute_kind.hpp"
#include "models/language/mlp.hpp"
#include "models/language/rank.hpp"
#include "models/language/update_rule.hpp"

namespace lockstep::models {

class Program;

using Tag = std::int32_t;
inline constexpr Rank any_rank = -1;
inline constexpr Tag no_tag = -1;
inline constexpr std::int64_t not_shared = -1;
inline constexpr std::int64_t current_version = -1;
inline constexpr std::int64_t next_samples = -1;

// What a message carries or an operation works on: `count` scalars of a rank's buffer.
// `parameter_sum` starts, for every allreduce, as a copy of the rank's parameters, which stay;
// `gradient_sum` as the rank's gradients, which are computed anew meanwhile. `exchanged` is filled
// by an alltoall: a block of each rank, the own one in it from the start. `accumulated_gradients`
// starts, after it was sent, as the next gradients. `push_sum`: the rank's parameters and, after
// them, their push-sum weight. `factors` holds the factors of low-rank gradients. `centre` is a
// model that no worker trains, `elastic_difference` what one pulls at it with.
// `own_parameters` and `own_gradients` are the parts that this rank keeps or updates, in a row.
enum class Buffer : std::uint8_t {
  gradients,
  parameters,
  parameter_sum,
  accumulated_gradients,
  centre,
  elastic_difference,
  activations,
  activation_gradients,
  exchanged,
  push_sum,
  gradient_sum,
  factors,
  own_parameters,
  own_gradients,
  synthesiser,           // parameters of the network that predicts gradients of the rank's output
  predicted_parameters,  // computed from the parameters for a pass; they stay as they are
  velocity,              // what momentum has gathered
};
// How a message holds its scalars: `wire_bytes` in compression.hpp says how long it is.
enum class Encoding : std::uint8_t { dense, one_bit, sign, top_k, low_rank };
// Whether updating it is an update of the model.
[[nodiscard]] constexpr bool is_of_model(Buffer buffer) {
  return buffer != Buffer::predicted_parameters && buffer != Buffer::synthesiser;
}
struct Payload {
  Buffer buffer = Buffer::gradients;
  std::int64_t offset = 0;  // in scalars
  std::int64_t count = 0;
  Encoding encoding = Encoding::dense;
  std::int64_t kept = 0;  // top_k: so many of the scalars; low_rank: the rank; sign: 1 with a size
  ModelPart layout = {};  // of the buffer; by default that of the whole model
  // Of activations and their gradients: those before `layer`, for the samples of `micro_batch`. A
  // part of them has some features of all of its `samples`, and `offset` counts feature by feature.
  std::int32_t layer = 0;
  std::int32_t micro_batch = 0;
  std::int64_t samples = 0;  // 0: not a part

  // The scalars [from, from + count) of these.
  [[nodiscard]] Payload part(std::int64_t from, std::int64_t how_many) const {
    Payload part = *this;
    part.offset += from;
    part.count = how_many;
    return part;
  }
};

[[nodiscard]] constexpr ScalarKind scalar_kind(Buffer buffer) {
  switch (buffer) {
    case Buffer::gradients:
    case Buffer::accumulated_gradients:
    case Buffer::gradient_sum:
    case Buffer::factors:
    case Buffer::own_gradients:
      return ScalarKind::gradient;
    case Buffer::activations:
    case Buffer::activation_gradients:
    case Buffer::exchanged:
      return ScalarKind::activation;
    case Buffer::parameters:
    case Buffer::parameter_sum:
    case Buffer::centre:
    case Buffer::elastic_difference:
    case Buffer::push_sum:
    case Buffer::own_parameters:
    case Buffer::synthesiser:
    case Buffer::predicted_parameters:
    case Buffer::velocity:
      return ScalarKind::parameter;
  }
  return ScalarKind::parameter;
}
// What a payload holds, as long as it is not encoded.
[[nodiscard]] constexpr Scalars scalars_of(const Mlp& mlp, const Payload& payload) {
  return mlp.scalars(scalar_kind(payload.buffer), payload.count);
}

// The parameters that a pass computes with: the rank's own as they are, or as they were after
// `version` of its updates, or those in another buffer.
struct Weights {
  Buffer buffer = Buffer::parameters;
  std::int64_t version = current_version;
};

struct Message {
  Rank source = 0;
  Tag tag = 0;
  Payload payload;
  std::int64_t version = 0;   // of the parameters that the payload was computed from, or holds
  std::uint32_t content = 0;  // a reader's handle of the numbers, if it carries any
};

// One product of one layer, or of a part of it, for `samples` samples: forward, backward_weight or
// backward_input. Or, of the synthesiser that predicts the gradient of the layer's output: its
// layers are square. Cut short when a posted message with `stop_tag` arrives; not begun if one is
// there already. It computes with the rank's parameters as they are, or as they were after
// `version` of its updates; or with others, from buffer `weights`. A gradient by weights is added
// to what other micro-batches left; it is the first once the sum before it was read or used.
struct Compute {
  ComputeKind kind = ComputeKind::forward;
  std::int32_t layer = 0;
  std::int32_t micro_batch = 0;
  std::int64_t samples = 0;
  Tag stop_tag = no_tag;
  std::int32_t synthesiser_layer = 0;  // from 1; 0: the product is the layer's own
  LayerPart part = {};
  std::int64_t version = current_version;
  Buffer weights = Buffer::parameters;
  // Of the samples: its place among all workers' of this iteration. By default those that come
  // after what the rank has had of its own.
  std::int64_t first_sample = next_samples;
};
// Folds a received message into the same elements of the rank's buffer.
struct Reduce {
  Message message;
};
// Adds the rank's gradients, or what another buffer holds, to the same elements of `payload`: those
// that it accumulates; or, `shared`, those in the shared memory, where a sum begins anew once it
// was read.
struct Accumulate {
  Payload payload;
  Buffer from = Buffer::gradients;
  bool shared = false;
};
// Puts a received message in place of the same elements of the rank's buffer. Takes no time.
struct Store {
  Message message;
};
// Puts `factor` times the elements of `payload` in the same place of another buffer, or of the same
// one. Takes no time and counts no FLOPs: it stands for a pointer, or for a factor that another
// operation takes along, as 1/P of a mean.
struct Copy {
  Payload payload;
  Buffer to = Buffer::parameters;
  double factor = 1;
};
// Updates `payload` of the parameters by `rule`, with a gradient `staleness` updates old. Some
// buffers are updated likewise without being the model's: `is_of_model`. Parameters in shared
// memory are updated in place, which makes their next version: there the reader counts how many of
// them others have made since `read_version`.
struct Update {
  Payload payload;
  std::int64_t staleness = 0;
  const UpdateRule* rule = nullptr;
  std::int64_t read_version = not_shared;
};
// Encodes or decodes `payload` in place: encoding leaves in the buffer what receivers will decode,
// and keeps the rest in the residual, if it names one, for the next time. A low-rank encoding
// that workers sum has three steps: the left factor, the right one from the sum of the left ones,
// and the product of both sums.
enum class CodingStep : std::uint8_t { encode, decode, left_factor, right_factor, product };
enum class Residual : std::uint8_t { none, of_gradients, of_sum };
struct Transcode {
  CodingStep step = CodingStep::encode;
  Payload payload;
  Residual residual = Residual::none;
  std::int32_t summed = 1;  // how many ranks' gradients the sum holds
};
// Posts a message and goes on at once; it starts at once too (MPI's eager protocol).
struct Post {
  Rank to = 0;
  Message message;
};
// Sends a message and waits until it is delivered. It starts when the receiver asks for it (MPI's
// rendezvous protocol), so that it takes no bandwidth from what the receiver is busy with.
struct Send {
  Rank to = 0;
  Message message;
};
struct Receive {
  Rank from = any_rank;
  Tag tag = 0;
};
// Sends and receives at once, by rendezvous; waits for both.
struct Exchange {
  Rank to = 0;
  Message message;
  Rank from = 0;
};
// Whether a posted message with this tag is there; leaves it. Takes no time.
struct Probe {
  Tag tag = 0;
};
// Reads `payload` of the shared memory, or gets hold of it in order to change it in place: either
// way it crosses the bus once. A lone core keeps it in its cache, and nothing moves. Answers with
// the version of the shared parameters when it began.
struct AccessShared {
  Payload payload;
  bool to_change = false;
};
// Waits until all workers are here. It takes no time and sends nothing: it stands for what an
// algorithm means by one step after another.
struct Barrier {};
// The rank's next iteration begins here. Takes no time.
struct BeginIteration {};
// Starts a second strand of the same rank; the handle is for `Join`, once.
struct Fork {
  Program* child = nullptr;
};
struct Join {
  std::uint32_t strand = 0;
};

using Operation =
    std::variant<Compute, Reduce, Accumulate, Store, Update, Transcode, Post, Send, Receive,
                 Exchange, Probe, AccessShared, Barrier, BeginIteration, Fork, Join, Copy>;
// In the order of the variant's alternatives: readers switch on it exhaustively.
enum class OperationKind : std::uint8_t {
  compute,
  reduce,
  accumulate,
  store,
  update,
  transcode,
  post,
  send,
  receive,
  exchange,
  probe,
  access_shared,
  barrier,
  begin_iteration,
  fork,
  join,
  copy,
};
[[nodiscard]] inline OperationKind kind_of(const Operation& operation) {
  return static_cast<OperationKind>(operation.index());
}

}  // namespace lockstep::models
