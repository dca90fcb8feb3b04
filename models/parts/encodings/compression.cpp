#include "models/parts/encodings/compression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

namespace {

constexpr std::int64_t index_bytes = 4;  // of a scalar that top_k keeps

// Matrices in a row, and how many columns of each a payload touches.
class Matrices {
 public:
  Matrices(std::int64_t first, const Payload& payload)
      : begin_(first), offset_(payload.offset), end_(payload.offset + payload.count) {}

  [[nodiscard]] bool done() const { return begin_ >= end_; }
  // Calls `visit` with the columns of the next matrix that are touched.
  template <class Visit>
  void next(std::int64_t rows, std::int64_t columns, const Visit& visit) {
    const std::int64_t size = rows * columns;
    const std::int64_t first = std::max(offset_ - begin_, std::int64_t{0});
    const std::int64_t last = std::min(end_ - begin_, size);
    if (first < last)
      visit(
          TouchedColumns{begin_ + first / rows * rows, rows, (last - 1) / rows - first / rows + 1});
    begin_ += size;
  }

 private:
  std::int64_t begin_;  // of the next one
  std::int64_t offset_;
  std::int64_t end_;
};

// Calls `visit` for the columns of each matrix that the payload touches.
template <class Visit>
void for_each_matrix(const Mlp& mlp, const Payload& payload, const Visit& visit) {
  const ModelPart& part = payload.layout;
  const LayerRange layers = part.parts == 0 ? LayerRange{0, mlp.layers} : part.layers;
  const std::int64_t skipped = mlp.equally_wide() && part.parts <= 1
                                   ? payload.offset / mlp.parameters_of_layer(layers.first)
                                   : 0;
  Matrices matrices(skipped * mlp.parameters_of_layer(layers.first), payload);
  for (std::int64_t layer = layers.first + skipped; layer < layers.end() && !matrices.done();
       ++layer) {
    const auto [inputs, outputs] = mlp.shape(layer);
    if (part.parts <= 1) {
      matrices.next(inputs + 1, outputs, visit);
    } else if (by_columns(part.split, layer)) {
      matrices.next(inputs + 1, outputs / part.parts, visit);
    } else {
      matrices.next(inputs / part.parts, outputs, visit);
      matrices.next(outputs / part.parts, 1, visit);
    }
  }
}

std::int64_t columns_of(const Mlp& mlp, const Payload& payload) {
  if (payload.count == 0) return 0;
  if (mlp.equally_wide() && payload.layout.parts <= 1) {
    const std::int64_t rows = mlp.width + 1;
    return (payload.offset + payload.count - 1) / rows - payload.offset / rows + 1;
  }
  std::int64_t sum = 0;
  for_each_matrix(mlp, payload, [&](const TouchedColumns& touched) { sum += touched.columns; });
  return sum;
}

// The two factors of all layers, and the FLOPs to get from one to the other.
struct Factors {
  FactorCounts counts;
  Count product_flops = 0;     // gradient times a factor, or factor times factor
  Count orthogonal_flops = 0;  // Gram-Schmidt on the left factor
};

Factors low_rank_of(const Mlp& mlp, const Payload& payload) {
  Factors sum;
  for_each_matrix(mlp, payload, [&](const TouchedColumns& touched) {
    const auto [_, rows, columns] = touched;
    const std::int64_t rank = touched.rank(payload.kept);
    sum.counts.left += rank * rows;
    sum.counts.right += rank * columns;
    sum.product_flops += Count{2} * rank * rows * columns;
    sum.orthogonal_flops += Count{2} * rank * rank * rows;
  });
  return sum;
}

// Coding touches so many scalars as long as the payload's, and `bytes` of a message.
Work work_of(const Mlp& mlp, const Payload& payload, Count flops, Count scalars, Count bytes = 0) {
  return {flops,
          to_double(scalars * scalars_of(mlp, payload).bytes_each + bytes),
          WorkKind::coding,
          0,
          0,
          to_double(scalars)};
}

// Encoding by quantising or selecting: reads the gradients, writes the message; with a residual,
// reads and writes that too.
Work encode_work(const Mlp& mlp, const Payload& payload, bool feedback) {
  const Count count = payload.count;
  return work_of(mlp, payload, feedback ? count : 0, (feedback ? 3 : 1) * count,
                 wire_bytes(mlp, payload));
}

// The steps of a low-rank encoding touch the gradients (or write them), the residual if there is
// one, and both factors; orthogonalising reads and writes the left one.
Work low_rank_work(const Mlp& mlp, const Payload& payload, CodingStep step, bool feedback) {
  const Factors factors = low_rank_of(mlp, payload);
  const Count count = payload.count;
  const Count with_residual = (feedback ? 3 : 1) * count;
  const Count both = Count{factors.counts.left} + factors.counts.right;
  if (step == CodingStep::left_factor)
    return work_of(mlp, payload, factors.product_flops + (feedback ? count : 0),
                   with_residual + both);
  if (step == CodingStep::right_factor)
    return work_of(mlp, payload, factors.product_flops + factors.orthogonal_flops,
                   count + both + factors.counts.left);
  if (step == CodingStep::product)
    return work_of(mlp, payload, factors.product_flops, with_residual + both);
  return work_of(mlp, payload, factors.product_flops, count + both);
}

}  // namespace

std::int64_t encoded_bytes(const Mlp& mlp, const Payload& payload) {
  const std::int64_t scalar = scalars_of(mlp, payload).bytes_each;
  const std::int64_t bits = (payload.count + 7) / 8;
  switch (payload.encoding) {
    case Encoding::dense:
      return payload.count * scalar;
    case Encoding::one_bit:
      return bits + 2 * scalar * columns_of(mlp, payload);
    case Encoding::sign:
      return bits + payload.kept * scalar;
    case Encoding::top_k:
      return payload.kept * (scalar + index_bytes);
    case Encoding::low_rank: {
      const FactorCounts factors = factors_of(mlp, payload);
      return (factors.left + factors.right) * scalar;
    }
  }
  return 0;
}

std::vector<TouchedColumns> touched_columns(const Mlp& mlp, const Payload& payload) {
  std::vector<TouchedColumns> layers;
  for_each_matrix(mlp, payload, [&](const TouchedColumns& layer) { layers.push_back(layer); });
  return layers;
}

FactorCounts factors_of(const Mlp& mlp, const Payload& payload) {
  return low_rank_of(mlp, payload).counts;
}

Work reduce_work(const Mlp& mlp, const Payload& payload) {
  if (payload.encoding == Encoding::dense) return fold(scalars_of(mlp, payload));
  const Count products =
      payload.encoding == Encoding::low_rank ? low_rank_of(mlp, payload).product_flops : 0;
  const Count folded = payload.encoding == Encoding::top_k ? payload.kept : payload.count;
  return work_of(mlp, payload, products + folded, 2 * folded, wire_bytes(mlp, payload));
}

Work transcode_work(const Mlp& mlp, const Transcode& transcode) {
  const bool feedback = transcode.residual != Residual::none;
  const Payload& payload = transcode.payload;
  if (payload.encoding == Encoding::low_rank) {
    if (transcode.step != CodingStep::encode)
      return low_rank_work(mlp, payload, transcode.step, feedback);
    // A worker on its own: both factors, and with a residual their product, which it leaves out.
    Work sum = low_rank_work(mlp, payload, CodingStep::left_factor, feedback);
    for (const CodingStep step : {CodingStep::right_factor, CodingStep::product}) {
      if (step == CodingStep::product && !feedback) continue;
      const Work more = low_rank_work(mlp, payload, step, feedback);
      sum.flops += more.flops;
      sum.bytes_touched += more.bytes_touched;
    }
    return sum;
  }
  if (transcode.step == CodingStep::encode) return encode_work(mlp, payload, feedback);
  return work_of(mlp, payload, 0, payload.count, wire_bytes(mlp, payload));
}

Payload Compression::encoded(Payload payload) const {
  payload.encoding = encoding;
  if (encoding == Encoding::low_rank) payload.kept = rank;
  if (encoding == Encoding::sign) payload.kept = error_feedback && payload.count > 0 ? 1 : 0;
  if (encoding == Encoding::top_k) {
    const auto wanted = std::llround(top_k_fraction * static_cast<double>(payload.count));
    payload.kept = std::clamp<std::int64_t>(wanted, payload.count > 0 ? 1 : 0, payload.count);
  }
  return payload;
}

std::string approximation_by(const Compression& compression) {
  std::string words;
  switch (compression.encoding) {
    case Encoding::dense:
      return words;
    case Encoding::one_bit:
      words = "gradients are sent as one bit per weight";
      break;
    case Encoding::sign:
      words = compression.error_feedback ? "gradients are sent as signs of one size"
                                         : "the signs of gradients vote on each weight's direction";
      break;
    case Encoding::top_k:
      words = fmt::format("only {:g}% of each gradient is sent, the largest scalars",
                          100 * compression.top_k_fraction);
      break;
    case Encoding::low_rank:
      words =
          fmt::format("gradients of each layer are sent as a matrix of rank {}", compression.rank);
      break;
  }
  return words + (compression.error_feedback ? "; the remainder joins the next gradient"
                                             : "; the remainder is lost");
}

std::string approximation_with_compression(const Setup& setup) {
  std::string words(setup.algorithm->approximation);
  const Compression compression = compression_of(setup.options);
  if (setup.workers > 1 && !compression.none()) words += "; " + approximation_by(compression);
  return words;
}

std::string idle_error_feedback(const Setup& setup) {
  return compression_of(setup.options).none() ? "with compression \"none\"" : "";
}

std::string idle_top_k_fraction(const Setup& setup) {
  return setup.options.unless_chosen(compression_option, "top_k");
}

std::string idle_rank(const Setup& setup) {
  return setup.options.unless_chosen(compression_option, "power_sgd");
}

std::string approximation_by_compression_alone(const Setup& setup, int ranks) {
  const Compression compression = compression_of(setup.options);
  return ranks > 1 && !compression.none() ? approximation_by(compression)
                                          : std::string(setup.algorithm->approximation);
}

Compression compression_of(const Options& chosen) {
  if (!chosen.has(compression_option) || chosen[compression_option] == "none") return {};
  constexpr std::array encodings = {Encoding::dense, Encoding::one_bit, Encoding::top_k,
                                    Encoding::low_rank, Encoding::sign};
  const auto found = std::ranges::find(compressions, chosen[compression_option]);
  return {.encoding = encodings.at(static_cast<std::size_t>(found - compressions.begin())),
          .error_feedback = chosen[error_feedback_option],
          .top_k_fraction = chosen[top_k_fraction_option],
          .rank = chosen[rank_option]};
}

}  // namespace lockstep::models
