// Compressed gradients: how long a payload is on the wire, and what encoding and decoding cost.
//
// n scalars of S bytes become
//
//   dense     n S
//   one_bit   n/8 + 2 S a column: one bit a scalar, and for each column of a weight matrix the mean
//             of the scalars above zero and of those below. Seide et al., Interspeech 2014.
//   sign      n/8: one bit a scalar, a vote for a step of 1 up or down; the sum of votes is encoded
//             as the majority's. Bernstein et al., arXiv:1802.04434. With error feedback S more:
//             the mean size of the scalars, for what bare signs leave out would soon be all that is
//             sent. Karimireddy et al., "Error feedback fixes SignSGD", ICML 2019.
//   top_k     k (S + 4): the k largest scalars, each with an index. Aji and Heafield, EMNLP 2017.
//   low_rank  r (rows + columns) S a layer: two factors of rank r. Vogels et al., NeurIPS 2019.
//
// The parameters of a layer of I inputs and O outputs are O columns of I + 1 scalars: the weights
// into one output, and its bias. Where a block of parameters cuts a column, each part counts as a
// column of its own. If a rank has a part of each layer, its matrices are those of that part: split
// by rows, they are O columns of the weights of its inputs, and one more column of its biases.
//
// FLOPs (counted as `reduce`): 1 for each scalar of a residual that is added, and for each decoded
// scalar that is folded in; matrix products of low_rank, 2 a multiply-add. All other work of an
// encoding is element-wise and counts no FLOPs, but moving its bytes in device memory takes time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/language/common_options.hpp"
#include "models/language/mlp.hpp"
#include "models/language/operation.hpp"

namespace lockstep::models {

// Returns the bytes of a message that carries `payload`, for the simulation and for closed forms.
[[nodiscard]] std::int64_t encoded_bytes(const Mlp& mlp, const Payload& payload);
[[nodiscard]] inline std::int64_t wire_bytes(const Mlp& mlp, const Payload& payload) {
  if (payload.encoding == Encoding::dense) return scalars_of(mlp, payload).bytes();
  return encoded_bytes(mlp, payload);
}

// Returns the work of folding a received payload into the same elements: it reads the payload and
// the elements, and writes the elements. Factors are multiplied out on the way.
[[nodiscard]] Work reduce_work(const Mlp& mlp, const Payload& payload);
[[nodiscard]] Work transcode_work(const Mlp& mlp, const Transcode& transcode);

// The whole columns of one layer that a payload touches: `columns` columns of `rows` scalars, from
// scalar `begin` of the parameters on.
struct TouchedColumns {
  std::int64_t begin = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;

  // Returns the rank of the factors where rank `wanted` is asked for.
  [[nodiscard]] std::int64_t rank(std::int64_t wanted) const {
    return std::min({wanted, rows, columns});
  }
};
[[nodiscard]] std::vector<TouchedColumns> touched_columns(const Mlp& mlp, const Payload& payload);

// The number of scalars in each of the two factors of a low-rank payload.
struct FactorCounts {
  std::int64_t left = 0;   // r times rows, summed over layers
  std::int64_t right = 0;  // r times columns, summed over layers
};
[[nodiscard]] FactorCounts factors_of(const Mlp& mlp, const Payload& payload);

// The compression that the options select.
struct Compression {
  Encoding encoding = Encoding::dense;
  bool error_feedback = false;
  double top_k_fraction = 0;
  std::int64_t rank = 0;

  [[nodiscard]] bool none() const { return encoding == Encoding::dense; }
  // Returns the payload with the same elements, encoded.
  [[nodiscard]] Payload encoded(Payload payload) const;
  [[nodiscard]] Residual residual(Residual which) const {
    return error_feedback ? which : Residual::none;
  }
};
// Describes what the compression does to gradients, for the reader of a report; empty for none.
[[nodiscard]] std::string approximation_by(const Compression& compression);
// Describes what differs from sequential SGD, where compression is all that the options change.
[[nodiscard]] std::string approximation_with_compression(const Setup& setup);
// Describes what differs from sequential SGD in an algorithm that is exact but for the compression
// of what `ranks` ranks sum.
[[nodiscard]] std::string approximation_by_compression_alone(const Setup& setup, int ranks);
// Returns the compression that the options select; none where an algorithm has no such options.
[[nodiscard]] Compression compression_of(const Options& chosen);

inline constexpr std::array<std::string_view, 5> compressions = {"none", "one_bit", "top_k",
                                                                 "power_sgd", "sign"};
inline constexpr TextOption compression_option = OptionSpec{
    .name = "compression",
    .type = OptionType::choice,
    .summary =
        "how gradients are encoded in messages: uncompressed; one bit per weight with two means "
        "per column; the largest of them; two factors of low rank; their signs",
    .fallback = std::string_view{"none"},
    .choices = compressions,
};
[[nodiscard]] std::string idle_error_feedback(const Setup& setup);
inline constexpr BooleanOption error_feedback_option = OptionSpec{
    .name = "error_feedback",
    .type = OptionType::boolean,
    .summary = "with compression: what encoding leaves out is added to the next gradient",
    .fallback = true,
    .idle = idle_error_feedback,
};
[[nodiscard]] std::string idle_top_k_fraction(const Setup& setup);
inline constexpr NumberOption top_k_fraction_option = OptionSpec{
    .name = "top_k_fraction",
    .type = OptionType::number,
    .summary = "with compression top_k: how much of the gradient is sent, at least one scalar",
    .fallback = 0.01,
    .least = 0,
    .most = 1,
    .idle = idle_top_k_fraction,
};
[[nodiscard]] std::string idle_rank(const Setup& setup);
inline constexpr IntegerOption rank_option = OptionSpec{
    .name = "rank",
    .type = OptionType::integer,
    .summary = "with compression power_sgd: rank of the factors, at most that of a layer",
    .fallback = std::int64_t{2},
    .least = 1,
    .most = 1e6,
    .idle = idle_rank,
};
// What an algorithm declares whose messages can be compressed.
inline constexpr auto compression_options =
    option_table(compression_option, error_feedback_option, top_k_fraction_option, rank_option);

}  // namespace lockstep::models
