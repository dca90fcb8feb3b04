// Encoded payloads: their bytes on the wire, and the work of encoding and decoding.
#include "models/parts/encodings/compression.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"

namespace lockstep::models {

namespace {

// Two layers of 3 inputs and 3 outputs: 24 parameters in 6 columns of 4.
const Mlp equal = {.layers = 2, .width = 3};
// 2 columns of 4 = 8 parameters, then 5 columns of 3 = 15.
const Mlp unequal = {.layers = 2, .shapes = {{3, 2}, {2, 5}}};

Payload encoded(Encoding encoding, std::int64_t offset, std::int64_t count, std::int64_t kept = 0) {
  return {Buffer::gradients, offset, count, encoding, kept};
}

}  // namespace

TEST_CASE("compression: bytes on the wire are those of each encoding") {
  CHECK(wire_bytes(equal, encoded(Encoding::dense, 0, 24)) == 24 * 4);
  // 24 bits, and two means of 4 bytes for each of 6 columns.
  CHECK(wire_bytes(equal, encoded(Encoding::one_bit, 0, 24)) == 3 + 6 * 8);
  CHECK(wire_bytes(equal, encoded(Encoding::sign, 0, 24)) == 3);
  CHECK(wire_bytes(equal, encoded(Encoding::sign, 0, 25)) == 4);  // no half bytes
  CHECK(wire_bytes(equal, encoded(Encoding::top_k, 0, 24, 6)) == 6 * (4 + 4));
  // A layer with its biases is a matrix of 4 rows and 3 columns: 2 (4 + 3) scalars each.
  CHECK(wire_bytes(equal, encoded(Encoding::low_rank, 0, 24, 2)) == 2 * 2 * 7 * 4);
  // Rank 3 is all that a layer has.
  CHECK(wire_bytes(equal, encoded(Encoding::low_rank, 0, 24, 9)) == 2 * 3 * 7 * 4);
  CHECK(wire_bytes(equal, encoded(Encoding::one_bit, 5, 0)) == 0);
}

TEST_CASE("compression: a block counts the columns that it cuts") {
  // Scalars 2 .. 8 of columns 0, 1 and 2: 7 bits and 3 pairs of means.
  CHECK(wire_bytes(equal, encoded(Encoding::one_bit, 2, 7)) == 1 + 3 * 8);
  // Scalars 6 .. 11: column 1 of the first layer, columns 0 and 1 of the second.
  CHECK(wire_bytes(unequal, encoded(Encoding::one_bit, 6, 6)) == 1 + 3 * 8);
  // The same as matrices: 4 x 1 and 3 x 2, both of rank 1.
  CHECK(wire_bytes(unequal, encoded(Encoding::low_rank, 6, 6, 1)) == (5 + 5) * 4);
}

TEST_CASE("compression: only residuals, folds and matrix products are FLOPs") {
  const Payload one_bit = encoded(Encoding::one_bit, 0, 24);  // 51 bytes on the wire
  // Reads 24 gradients, writes the message; with a residual, reads and writes that and adds it.
  Work work = transcode_work(equal, {CodingStep::encode, one_bit, Residual::none});
  CHECK(work.flops == 0);
  CHECK(work.bytes_touched == 96 + 51);
  work = transcode_work(equal, {CodingStep::encode, one_bit, Residual::of_gradients});
  CHECK(work.flops == 24);
  CHECK(work.bytes_touched == 3 * 96 + 51);
  work = transcode_work(equal, {CodingStep::decode, one_bit, Residual::none});
  CHECK(work.flops == 0);
  CHECK(work.bytes_touched == 51 + 96);
  work = reduce_work(equal, one_bit);
  CHECK(work.flops == 24);
  CHECK(work.bytes_touched == 51 + 2 * 96);
  // 6 of 24 scalars are folded.
  work = reduce_work(equal, encoded(Encoding::top_k, 0, 24, 6));
  CHECK(work.flops == 6);
  CHECK(work.bytes_touched == 48 + 2 * 6 * 4);
  // Dense folding is what it was: one FLOP and three scalars each.
  work = reduce_work(equal, encoded(Encoding::dense, 0, 24));
  CHECK(work.flops == 24);
  CHECK(work.bytes_touched == 3 * 96);
}

TEST_CASE("compression: a low-rank encoding is three products and an orthogonalisation") {
  // Two matrices of 4 x 3, rank 2: products of 2 x 2 x 4 x 3 = 48 FLOPs each, Gram-Schmidt of
  // 2 x 2^2 x 4 = 32 each; adding the residual 24.
  const Payload payload = encoded(Encoding::low_rank, 0, 24, 2);
  const auto flops = [&](CodingStep step, Residual residual) {
    return transcode_work(equal, {step, payload, residual}).flops;
  };
  CHECK(flops(CodingStep::left_factor, Residual::none) == 96);
  CHECK(flops(CodingStep::left_factor, Residual::of_gradients) == 96 + 24);
  CHECK(flops(CodingStep::right_factor, Residual::none) == 96 + 64);
  CHECK(flops(CodingStep::product, Residual::of_gradients) == 96);
  CHECK(flops(CodingStep::decode, Residual::none) == 96);
  // A worker that encodes for itself needs the product only to know what it left out.
  CHECK(flops(CodingStep::encode, Residual::none) == 96 + 160);
  CHECK(flops(CodingStep::encode, Residual::of_gradients) == 120 + 160 + 96);
}

TEST_CASE("compression: top_k keeps its fraction, but at least one scalar and at most all") {
  Compression compression = {.encoding = Encoding::top_k, .top_k_fraction = 0.25};
  CHECK(compression.encoded({Buffer::gradients, 0, 24}).kept == 6);
  compression.top_k_fraction = 0;
  CHECK(compression.encoded({Buffer::gradients, 0, 24}).kept == 1);
  CHECK(compression.encoded({Buffer::gradients, 0, 0}).kept == 0);
  compression.top_k_fraction = 1.5;
  CHECK(compression.encoded({Buffer::gradients, 0, 24}).kept == 24);
}

TEST_CASE("compression: an algorithm without the option compresses nothing") {
  CHECK(compression_of(Options(find_algorithm("gpipe")->options)).none());
  CHECK(compression_of(Options(find_algorithm("sync_sgd")->options)).none());
}

}  // namespace lockstep::models
