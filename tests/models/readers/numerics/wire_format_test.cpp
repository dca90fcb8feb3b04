// Encoded payloads in messages: as short as is counted, and the same scalars to the last bit.
#include "models/readers/numerics/wire_format.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/cost/passes.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/numerics/coding.hpp"
#include "sim/random_stream.hpp"
#include "sim/standard_normal.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Vector = std::vector<float>;

std::vector<std::uint32_t> bits_of(const Vector& scalars) {
  std::vector<std::uint32_t> bits;
  for (const float scalar : scalars) bits.push_back(std::bit_cast<std::uint32_t>(scalar));
  return bits;
}

// What the elements of a gradient can be: also 0, both ways, tiny, and nothing that is a number.
float some_scalar(sim::RandomStream& random) {
  const auto kind = random.below(12);
  if (kind == 0) return 0;
  if (kind == 1) return -0.0F;
  if (kind == 2) return -std::numeric_limits<float>::denorm_min();
  return static_cast<float>(sim::standard_normal(random));
}

Compression some_compression(sim::RandomStream& random) {
  constexpr std::array encodings = {Encoding::one_bit, Encoding::sign, Encoding::top_k,
                                    Encoding::low_rank};
  return {.encoding = encodings.at(random.below(encodings.size())),
          .error_feedback = random.below(2) == 0,
          .top_k_fraction = random.uniform(),
          .rank = 1 + static_cast<std::int64_t>(random.below(4))};
}

// Encodes `scalars` in place; what a message carries of them.
WireContent encoded(Coding& coding, const Setup& setup, const Compression& compression,
                    const Payload& payload, Vector& scalars) {
  coding.carry_out({CodingStep::encode, payload, compression.residual(Residual::of_gradients)},
                   scalars, {});
  Vector factors;
  if (payload.encoding == Encoding::low_rank) factors = coding.own_factors(payload);
  return to_wire(setup.mlp, payload, scalars, factors);
}

void check_round_trip(const Setup& setup, const Payload& payload, const WireContent& content,
                      const Vector& scalars) {
  CHECK(content.bytes == wire_bytes(setup.mlp, payload));
  // Bits fill their last word.
  const auto room = static_cast<std::int64_t>(content.words.size() * sizeof(float));
  CHECK(room >= content.bytes);
  CHECK(room < content.bytes + 4);
  CHECK(bits_of(from_wire(setup.mlp, payload, content.words)) == bits_of(scalars));
}

Setup layers_of(std::int64_t layers, std::int64_t width) {
  testing::RunOf run;
  run.mlp = {.layers = layers, .width = width};
  return run.setup();
}

}  // namespace

TEST_CASE("wire format: any part of a gradient, any encoding, comes out as it was encoded") {
  sim::RandomStream random(7, 0);
  for (int draw = 0; draw < 400; ++draw) {
    const Setup setup = layers_of(1 + static_cast<std::int64_t>(random.below(3)),
                                  1 + static_cast<std::int64_t>(random.below(9)));
    const auto all = static_cast<std::uint64_t>(setup.mlp.parameters());
    const auto offset = static_cast<std::int64_t>(random.below(all));
    const auto count =
        1 + static_cast<std::int64_t>(random.below(all - static_cast<std::uint64_t>(offset)));
    const Compression compression = some_compression(random);
    const Payload payload = compression.encoded({Buffer::gradients, offset, count});
    CAPTURE(draw);
    CAPTURE(static_cast<int>(payload.encoding));
    Coding coding(setup);
    for (int step = 0; step < 3; ++step) {
      Vector scalars(static_cast<std::size_t>(count));
      for (float& scalar : scalars) scalar = some_scalar(random);
      const WireContent content = encoded(coding, setup, compression, payload, scalars);
      check_round_trip(setup, payload, content, scalars);
    }
  }
}

// A loss that is no number must arrive as that: the run ends with a message about it.
TEST_CASE("wire format: what is not a number arrives") {
  const Setup setup = layers_of(2, 4);
  for (const Encoding encoding : {Encoding::one_bit, Encoding::sign, Encoding::top_k}) {
    CAPTURE(static_cast<int>(encoding));
    const Compression compression = {
        .encoding = encoding, .error_feedback = true, .top_k_fraction = 0.5};
    const Payload payload = compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp)));
    for (const float sign : {1.0F, -1.0F}) {
      Vector scalars(static_cast<std::size_t>(payload.count), 0.5F);
      scalars[7] = sign * std::numeric_limits<float>::quiet_NaN();
      scalars[9] = -std::numeric_limits<float>::infinity();
      Coding coding(setup);
      const WireContent content = encoded(coding, setup, compression, payload, scalars);
      check_round_trip(setup, payload, content, scalars);
    }
  }
}

TEST_CASE("wire format: one_bit, by hand") {
  const Setup setup = layers_of(1, 2);  // two columns of three scalars
  const Payload payload{Buffer::gradients, 1, 4, Encoding::one_bit};
  const WireContent content = to_wire(setup.mlp, payload, {2, -3, -1, 5}, {});
  CHECK(content.bytes == 4 * 4 + 1);
  const float bits = std::bit_cast<float>(std::uint32_t{0b0110});  // below, first scalar first
  CHECK(bits_of(content.words) == bits_of({2, -3, 5, -1, bits}));
}

TEST_CASE("wire format: dense scalars go as they are, and count as the model says") {
  Setup setup = layers_of(1, 2);
  const Payload payload{Buffer::gradients, 0, 3};
  setup.mlp.precision = Precision::of(2);
  const WireContent content = to_wire(setup.mlp, payload, {1, 2, 3}, {});
  CHECK(content.words == Vector{1, 2, 3});
  CHECK(content.bytes == 6);
  CHECK(from_wire(setup.mlp, payload, content.words) == Vector{1, 2, 3});
  CHECK(to_wire(setup.mlp, {Buffer::gradients, 0, 0}, {}, {}).words.empty());
}

}  // namespace lockstep::models
