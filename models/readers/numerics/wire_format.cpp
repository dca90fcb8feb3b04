#include "models/readers/numerics/wire_format.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "models/parts/encodings/compression.hpp"
#include "models/readers/numerics/column_scalars.hpp"
#include "models/readers/numerics/low_rank.hpp"
#include "models/readers/numerics/slices.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

constexpr std::size_t bits_of_word = 32;

std::uint32_t bits_of(float scalar) { return std::bit_cast<std::uint32_t>(scalar); }

class Writer {
 public:
  explicit Writer(std::int64_t bytes_per_scalar) : bytes_per_scalar_(bytes_per_scalar) {}

  void scalar(float value) {
    content_.words.push_back(value);
    content_.bytes += bytes_per_scalar_;
  }
  void index(std::size_t value) {
    content_.words.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(value)));
    content_.bytes += sizeof(std::uint32_t);
  }
  // A bit for each of `scalars`: whether `is_set` of it.
  template <class IsSet>
  void bits(std::span<const float> scalars, const IsSet& is_set) {
    for (std::size_t first = 0; first < scalars.size(); first += bits_of_word) {
      const std::size_t count = std::min(bits_of_word, scalars.size() - first);
      std::uint32_t word = 0;
      for (std::size_t i = 0; i < count; ++i)
        word |= std::uint32_t{is_set(scalars[first + i])} << i;
      content_.words.push_back(std::bit_cast<float>(word));
    }
    content_.bytes += static_cast<std::int64_t>((scalars.size() + 7) / 8);
  }
  [[nodiscard]] WireContent take() { return std::move(content_); }

 private:
  std::int64_t bytes_per_scalar_;
  WireContent content_;
};

class Reader {
 public:
  explicit Reader(std::span<const float> words) : left_(words) {}

  float scalar() {
    check(!left_.empty(), "a message ends before its numbers do");
    const float value = left_.front();
    left_ = left_.subspan(1);
    return value;
  }
  std::size_t index() { return bits_of(scalar()); }
  // What is left are `count` bits.
  void expect_bits(std::size_t count) const {
    check(left_.size() == (count + bits_of_word - 1) / bits_of_word,
          "a message ends with {} words of bits for {} scalars", left_.size(), count);
  }
  [[nodiscard]] bool bit(std::size_t i) const {
    return (bits_of(left_[i / bits_of_word]) >> (i % bits_of_word) & 1U) != 0;
  }

 private:
  std::span<const float> left_;
};

// Which of a column's two means a scalar is. The mean of those below 0 may be so small that it is
// -0; NaN, which is neither, counts as below.
bool is_below(float scalar) { return std::signbit(scalar) || std::isnan(scalar); }

struct Means {
  float above = 0;
  float below = 0;
};

void write_one_bit(const Mlp& mlp, const Payload& payload, std::span<const float> scalars,
                   Writer& writer) {
  for (const TouchedColumns& columns : touched_columns(mlp, payload)) {
    std::vector<Means> means(at(columns.columns));
    for_each_scalar(scalars, payload.offset, columns,
                    [&](std::int64_t, std::int64_t column, float scalar) {
                      Means& of_column = means[at(column)];
                      (is_below(scalar) ? of_column.below : of_column.above) = scalar;
                    });
    for_each_scalar(scalars, payload.offset, columns,
                    [&](std::int64_t, std::int64_t column, float scalar) {
                      const Means& of_column = means[at(column)];
                      const float mean = is_below(scalar) ? of_column.below : of_column.above;
                      check(bits_of(mean) == bits_of(scalar), "a column has more than two means");
                    });
    for (const Means& of_column : means) {
      writer.scalar(of_column.above);
      writer.scalar(of_column.below);
    }
  }
  writer.bits(scalars, is_below);
}

void read_one_bit(const Mlp& mlp, const Payload& payload, Reader& reader,
                  std::span<float> scalars) {
  std::vector<std::pair<TouchedColumns, std::vector<Means>>> layers;
  for (const TouchedColumns& columns : touched_columns(mlp, payload)) {
    std::vector<Means> means(at(columns.columns));
    for (Means& of_column : means) {
      of_column.above = reader.scalar();
      of_column.below = reader.scalar();
    }
    layers.emplace_back(columns, std::move(means));
  }
  reader.expect_bits(scalars.size());
  for (const auto& [columns, means] : layers)
    for_each_scalar(scalars, payload.offset, columns,
                    [&](std::int64_t, std::int64_t column, float& scalar) {
                      const Means& of_column = means[at(column)];
                      const auto index = static_cast<std::size_t>(&scalar - scalars.data());
                      scalar = reader.bit(index) ? of_column.below : of_column.above;
                    });
}

// All of one size, which is 1 where it is not sent.
void write_signs(const Payload& payload, std::span<const float> scalars, Writer& writer) {
  const float size = payload.kept > 0 ? std::abs(scalars.front()) : 1.0F;
  if (payload.kept > 0) writer.scalar(size);
  for (const float scalar : scalars)
    check(bits_of(std::abs(scalar)) == bits_of(size), "signs are of more than one size");
  writer.bits(scalars, [](float scalar) { return std::signbit(scalar); });
}

void read_signs(const Payload& payload, Reader& reader, std::span<float> scalars) {
  const float size = payload.kept > 0 ? reader.scalar() : 1.0F;
  reader.expect_bits(scalars.size());
  for (std::size_t i = 0; i < scalars.size(); ++i) scalars[i] = reader.bit(i) ? -size : size;
}

// Where fewer than `kept` are not 0, the first stands for the rest, as often as needed.
void write_kept(const Payload& payload, std::span<const float> scalars, Writer& writer) {
  std::int64_t written = 0;
  const auto write = [&](std::size_t index) {
    writer.index(index);
    writer.scalar(scalars[index]);
    ++written;
  };
  for (std::size_t i = 0; i < scalars.size(); ++i)
    if (bits_of(scalars[i]) != 0) write(i);
  check(written <= payload.kept, "{} scalars of {} to be kept", written, payload.kept);
  while (written < payload.kept) write(0);
}

void read_kept(const Payload& payload, Reader& reader, std::span<float> scalars) {
  for (std::int64_t i = 0; i < payload.kept; ++i) {
    const std::size_t index = reader.index();
    check(index < scalars.size(), "a kept scalar's index is {} of {}", index, scalars.size());
    scalars[index] = reader.scalar();
  }
}

void read_factors(const Mlp& mlp, const Payload& payload, std::span<float> words,
                  std::span<float> scalars) {
  const FactorCounts counts = factors_of(mlp, payload);
  check(words.size() == at(counts.left + counts.right), "a message carries {} scalars of factors",
        words.size());
  for (const FactoredLayer& layer : factored_layers(mlp, payload, words))
    multiply_both(layer, scalars, payload.offset);
}

}  // namespace

WireContent to_wire(const Mlp& mlp, const Payload& payload, std::vector<float> scalars,
                    std::span<const float> factors) {
  const std::int64_t bytes_each = scalars_of(mlp, payload).bytes_each;
  Writer writer(bytes_each);
  if (scalars.empty()) return {};
  switch (payload.encoding) {
    case Encoding::dense: {
      const Count bytes = Count{static_cast<std::int64_t>(scalars.size())} * bytes_each;
      return {std::move(scalars), bytes};
    }
    case Encoding::one_bit:
      write_one_bit(mlp, payload, scalars, writer);
      break;
    case Encoding::sign:
      write_signs(payload, scalars, writer);
      break;
    case Encoding::top_k:
      write_kept(payload, scalars, writer);
      break;
    case Encoding::low_rank:
      for (const float scalar : factors) writer.scalar(scalar);
      break;
  }
  return writer.take();
}

std::vector<float> from_wire(const Mlp& mlp, const Payload& payload, std::vector<float> words) {
  if (payload.encoding == Encoding::dense || words.empty()) return words;
  std::vector<float> scalars(at(payload.count), 0.0F);
  Reader reader(words);
  switch (payload.encoding) {
    case Encoding::dense:
      break;
    case Encoding::one_bit:
      read_one_bit(mlp, payload, reader, scalars);
      break;
    case Encoding::sign:
      read_signs(payload, reader, scalars);
      break;
    case Encoding::top_k:
      read_kept(payload, reader, scalars);
      break;
    case Encoding::low_rank:
      read_factors(mlp, payload, words, scalars);
      break;
  }
  return scalars;
}

}  // namespace lockstep::models
