// The operations of a rank: small plain values that a program awaits and a reader carries out.
//
// An operation names layers, samples and elements; it knows no clock, no thread and no number.
#pragma once

#include <cstdint>
#include <variant>

#include "models/devices/compute_kind.hpp"
#include "models/language/group.hpp"
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

// A buffer of a rank, `count` scalars of which a message carries or an operation works on.
// `parameter_sum` starts, for every all-reduce, as a copy of the rank's parameters, which stay;
// `gradient_sum` starts as a copy of the rank's gradients, which are computed anew meanwhile.
// `exchanged` is filled by an all-to-all and holds a block of each rank, the rank's own from the
// start. `accumulated_gradients` restarts as the next gradients after it was sent. `push_sum` holds
// the rank's parameters followed by their push-sum weight. `factors` holds the factors of low-rank
// gradients. `centre` is a model that no worker trains, and `elastic_difference` is what a worker
// pulls it with. `own_parameters` and `own_gradients` are the parts that this rank keeps or
// updates, stored contiguously.
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
  predicted_parameters,  // computed for a pass from the parameters, which stay as they are
  velocity,              // what momentum has accumulated
};
// How a message encodes its scalars; `wire_bytes` in compression.hpp gives its length.
enum class Encoding : std::uint8_t { dense, one_bit, sign, top_k, low_rank };
// Whether an update of `buffer` is an update of the model.
[[nodiscard]] constexpr bool is_of_model(Buffer buffer) {
  return buffer != Buffer::predicted_parameters && buffer != Buffer::synthesiser;
}
struct Payload {
  Buffer buffer = Buffer::gradients;
  std::int64_t offset = 0;  // in scalars
  std::int64_t count = 0;
  Encoding encoding = Encoding::dense;
  std::int64_t kept = 0;  // top_k: scalars kept; low_rank: the rank; sign: 1 with a size
  ModelPart layout = {};  // of the buffer; by default that of the whole model
  // Activations and their gradients are those before `layer`, for the samples of `micro_batch`. A
  // part of them has some features of all of its `samples`, and `offset` counts feature by feature.
  std::int32_t layer = 0;
  std::int32_t micro_batch = 0;
  std::int64_t samples = 0;  // 0: not a part

  // Returns the scalars [from, from + how_many) of this payload.
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
// Returns the scalars that `payload` holds if it is not encoded.
[[nodiscard]] constexpr Scalars scalars_of(const Mlp& mlp, const Payload& payload) {
  return mlp.scalars(scalar_kind(payload.buffer), payload.count);
}

// The parameters that a pass computes with: the rank's own current ones, its own after `version` of
// its updates, or those in another buffer.
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

// Computes one product of one layer, or of a part of it, for `samples` samples: forward,
// backward_weight or backward_input. With `synthesiser_layer` above 0, it is a product of the
// synthesiser that predicts the gradient of the layer's output and has square layers. The product
// is cut short when a posted message with `stop_tag` arrives, and does not begin if one is there
// already. It uses the rank's current parameters, those after `version` of the rank's updates, or
// others from buffer `weights`. A weight gradient is added to those of other micro-batches; the sum
// begins anew once it was read or used.
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
  // The position of the first sample among all workers' samples of this iteration; by default the
  // samples follow those that the rank has already taken.
  std::int64_t first_sample = next_samples;
};
// Folds a received message into the same elements of the rank's buffer.
struct Reduce {
  Message message;
};
// Adds the rank's gradients, or the contents of buffer `from`, to the same elements of `payload`:
// to those that the rank accumulates or, if `shared`, to those in the shared memory, where a sum
// begins anew once it was read.
struct Accumulate {
  Payload payload;
  Buffer from = Buffer::gradients;
  bool shared = false;
};
// Replaces the same elements of the rank's buffer by a received message. Takes no time.
struct Store {
  Message message;
};
// Writes `factor` times the elements of `payload` to the same place of another buffer, or of the
// same one. Takes no time and counts no FLOPs: it stands for a pointer, or for a factor that
// another operation applies along the way, such as the 1/P of a mean.
struct Copy {
  Payload payload;
  Buffer to = Buffer::parameters;
  double factor = 1;
};
// Updates the elements of `payload` by `rule`, with a gradient that is `staleness` updates old.
// Some buffers that are updated do not belong to the model: see `is_of_model`. Parameters in shared
// memory are updated in place, which makes their next version; there the reader counts how many
// versions others have made since `read_version`.
struct Update {
  Payload payload;
  std::int64_t staleness = 0;
  const UpdateRule* rule = nullptr;
  std::int64_t read_version = not_shared;
};
// Encodes or decodes `payload` in place. Encoding leaves in the buffer what receivers will decode
// and keeps the rest for the next time in `residual`, if that names one. A low-rank encoding that
// workers sum has three steps: the left factor, the right factor from the sum of the left ones, and
// the product of both sums.
enum class CodingStep : std::uint8_t { encode, decode, left_factor, right_factor, product };
enum class Residual : std::uint8_t { none, of_gradients, of_sum };
struct Transcode {
  CodingStep step = CodingStep::encode;
  Payload payload;
  Residual residual = Residual::none;
  std::int32_t summed = 1;  // how many ranks' gradients the sum holds
};
// Posts a message and continues at once; the message also starts at once (MPI's eager protocol).
struct Post {
  Rank to = 0;
  Message message;
};
// Sends a message and waits until it is delivered. The message starts when the receiver asks for it
// (MPI's rendezvous protocol), so that it takes no bandwidth from what the receiver is busy with.
struct Send {
  Rank to = 0;
  Message message;
};
struct Receive {
  Rank from = any_rank;
  Tag tag = 0;
};
// Sends one message and receives another at the same time, by rendezvous, and waits for both.
struct Exchange {
  Rank to = 0;
  Message message;
  Rank from = 0;
};
// Asks whether a posted message with this tag is there, without receiving it. Takes no time.
struct Probe {
  Tag tag = 0;
};
// Reads `payload` from the shared memory or, with `to_change`, fetches it to change it in place;
// either way it crosses the bus once. A lone core keeps it in its cache, and nothing moves. The
// answer holds the version of the shared parameters when the access began.
struct AccessShared {
  Payload payload;
  bool to_change = false;
};
// Waits until all workers have arrived. It takes no time and sends nothing: it stands for the order
// of steps that an algorithm assumes.
struct Barrier {};
// Begins the rank's next iteration. Takes no time.
struct BeginIteration {};
// Starts a second strand of the same rank; its handle must be given to `Join` once.
struct Fork {
  Program* child = nullptr;
};
struct Join {
  std::uint32_t strand = 0;
};
// What the ranks of a group do in the steps of a collective, in which each sends one message and
// receives one. On a ring of P ranks, in step s = 1 .. P-1, rank i passes chunk i + `first_chunk` -
// s on to rank i + 1. Otherwise P is a power of two, and rank i swaps with rank i xor d, for d = 1,
// 2, 4, ..., P/2 or the other way round: windows of d of P blocks, or whole vectors.
enum class StepPattern : std::uint8_t { ring, windows, vectors };
// Offers the rank's part of such steps to the reader, before the program takes them one by one. A
// reader that does not look into steps may take them for all ranks at once; the answer says whether
// it has.
struct CollectiveSteps {
  Group group;
  Payload whole;
  Tag tag = 0;
  bool folds = false;  // what it receives; else it stores it
  StepPattern pattern = StepPattern::ring;
  int first_chunk = 0;
};

using Operation = std::variant<Compute, Reduce, Accumulate, Store, Update, Transcode, Post, Send,
                               Receive, Exchange, Probe, AccessShared, Barrier, BeginIteration,
                               Fork, Join, Copy, CollectiveSteps>;
// Kinds in the order of the variant's alternatives; readers switch on them exhaustively.
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
  collective_steps,
};
[[nodiscard]] inline OperationKind kind_of(const Operation& operation) {
  return static_cast<OperationKind>(operation.index());
}

}  // namespace lockstep::models
