// Encodings of real gradients, step by step, by hand.
#include "models/readers/numerics/coding.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string_view>

#include "models/readers/numerics/layer_views.hpp"
#include "models/readers/numerics/low_rank.hpp"
#include "models/readers/numerics/rank_numbers.hpp"
#include "sim/standard_normal.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using Vector = std::vector<float>;

// One layer of I = O = 2: two columns of 3 scalars.
Setup two_columns() {
  testing::RunOf run;
  run.mlp = {.layers = 1, .width = 2};
  return run.setup();
}

Transcode encoding(Encoding encoding, std::int64_t count, std::int64_t kept = 0) {
  return {
      CodingStep::encode, {Buffer::gradients, 0, count, encoding, kept}, Residual::of_gradients};
}

// What receivers get of `gradient`.
Vector sent(Coding& coding, const Transcode& transcode, Vector gradient) {
  coding.carry_out(transcode, gradient, {});
  return gradient;
}

Vector left_out(Coding& coding, std::size_t count) {
  const std::span<float> all = coding.residual(Residual::of_gradients);
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

Vector random_gradient(sim::RandomStream& random, std::size_t count) {
  Vector gradient(count);
  for (float& scalar : gradient) scalar = static_cast<float>(sim::standard_normal(random));
  return gradient;
}

}  // namespace

TEST_CASE("coding: one_bit sends two means a column and keeps the rest, three steps by hand") {
  const Setup setup = two_columns();
  Coding coding(setup);
  const Transcode one_bit = encoding(Encoding::one_bit, 6);
  // Column 1: 1 and 3 are 2 in the mean, -2 is alone. Column 2: -1 and -3 are -2, 0 is alone.
  CHECK(sent(coding, one_bit, {1, 3, -2, -1, -3, 0}) == Vector{2, 2, -2, -2, -2, 0});
  CHECK(left_out(coding, 6) == Vector{-1, 1, 0, 1, -1, 0});
  // With that: 1, 1, 1 and 1, -1, 4.
  CHECK(sent(coding, one_bit, {2, 0, 1, 0, 0, 4}) == Vector{1, 1, 1, 2.5, -1, 2.5});
  CHECK(left_out(coding, 6) == Vector{0, 0, 0, -1.5, 0, 1.5});
  // With that: 0, 0, 0 and -1, 2, -2.
  CHECK(sent(coding, one_bit, {0, 0, 0, 0.5, 2, -3.5}) == Vector{0, 0, 0, -1.5, 2, -1.5});
  CHECK(left_out(coding, 6) == Vector{0, 0, 0, 0.5, 0, -0.5});
}

// Two means a column, of a gradient that was computed: no output has more than two different
// scalars, its bias among them, and hardly two outputs the same.
TEST_CASE("coding: a column is an output's weights and its bias, as the numbers keep them") {
  testing::RunOf run;
  run.mlp = {.layers = 2, .width = 64};
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  RankNumbers numbers(problem, 0);
  numbers.begin_iteration();
  for (const std::int32_t layer : {0, 1})
    numbers.compute({.kind = ComputeKind::forward, .layer = layer, .samples = 8});
  numbers.compute({.kind = ComputeKind::backward_weight, .layer = 1, .samples = 8});
  numbers.compute({.kind = ComputeKind::backward_input, .layer = 1, .samples = 8});
  numbers.compute({.kind = ComputeKind::backward_weight, .layer = 0, .samples = 8});
  numbers.transcode(encoding(Encoding::one_bit, setup.mlp.parameters()));
  const std::span<const float> sent = numbers.buffer(Buffer::gradients);
  std::vector<float> all(sent.begin(), sent.end());
  for (const std::int32_t layer : {0, 1}) {
    const Compute whole{.layer = layer};
    const MatrixView weights = weights_of(setup.mlp, whole, all);
    const MatrixView biases = biases_of(setup.mlp, whole, all);
    std::set<float> means;
    for (std::int64_t output = 0; output < 64; ++output) {
      const float* row = weights.values + output * weights.stride;
      std::set<float> of_output(row, row + weights.columns);
      of_output.insert(biases.values[output * biases.stride]);
      CHECK(of_output.size() <= 2);
      means.merge(of_output);
    }
    CHECK(means.size() > (layer == 0 ? 64 : 10));  // of the outputs, ten are classes
  }
}

TEST_CASE("coding: a block that cuts a column has means of its part") {
  const Setup setup = two_columns();
  Coding coding(setup);
  Transcode one_bit = encoding(Encoding::one_bit, 2);
  one_bit.payload.offset = 2;  // the last scalar of column 1, the first of column 2
  CHECK(sent(coding, one_bit, {5, 7}) == Vector{5, 7});
  one_bit.payload.offset = 1;  // both of column 1
  CHECK(sent(coding, one_bit, {5, 7}) == Vector{6, 6});
}

TEST_CASE("coding: sign sends signs of one size and keeps the rest, three steps by hand") {
  const Setup setup = two_columns();
  Coding coding(setup);
  const Transcode sign = encoding(Encoding::sign, 4, 1);
  CHECK(sent(coding, sign, {1, -3, 2, 2}) == Vector{2, -2, 2, 2});
  CHECK(left_out(coding, 4) == Vector{-1, -1, 0, 0});
  // 0, -1, -1, 3: their mean size is 5/4; 0 counts as positive.
  CHECK(sent(coding, sign, {1, 0, -1, 3}) == Vector{1.25, -1.25, -1.25, 1.25});
  CHECK(left_out(coding, 4) == Vector{-1.25, 0.25, 0.25, 1.75});
  // 0, 2, 0, 2.
  CHECK(sent(coding, sign, {1.25, 1.75, -0.25, 0.25}) == Vector{1, 1, 1, 1});
  CHECK(left_out(coding, 4) == Vector{-1, 1, -1, 1});
}

TEST_CASE("coding: a bare sign is a vote, and the sum of votes the majority's") {
  const Setup setup = two_columns();
  Coding coding(setup);
  Transcode sign = encoding(Encoding::sign, 4);
  sign.residual = Residual::none;
  CHECK(sent(coding, sign, {0.1F, -30, 0, -0.1F}) == Vector{1, -1, 1, -1});
  CHECK(sent(coding, sign, {-3, 1, 3, -1}) == Vector{-1, 1, 1, -1});  // three votes each
}

TEST_CASE("coding: top_k sends the largest, of equals the first, three steps by hand") {
  const Setup setup = two_columns();
  Coding coding(setup);
  const Transcode top_2 = encoding(Encoding::top_k, 4, 2);
  CHECK(sent(coding, top_2, {1, -3, 2, 2}) == Vector{0, -3, 2, 0});
  CHECK(left_out(coding, 4) == Vector{1, 0, 0, 2});
  CHECK(sent(coding, top_2, {0, 1, 0, 1}) == Vector{1, 0, 0, 3});  // of 1, 1, 0, 3
  CHECK(left_out(coding, 4) == Vector{0, 1, 0, 0});
  CHECK(sent(coding, top_2, {0, 0, 5, 0}) == Vector{0, 1, 5, 0});
  CHECK(left_out(coding, 4) == Vector{0, 0, 0, 0});
}

TEST_CASE("coding: Gram-Schmidt by hand, and a vector that depends on those before it is 0") {
  // (3, 4) / 5; then (1, 0) - 0.6 (0.6, 0.8) = (0.64, -0.48) = 0.8 (0.8, -0.6).
  Vector vectors = {3, 4, 1, 0};
  orthonormalise(vectors, 2);
  const Vector expected = {0.6F, 0.8F, 0.8F, -0.6F};
  for (std::size_t i = 0; i < 4; ++i) CHECK(vectors[i] == doctest::Approx(expected[i]));
  vectors = {3, 4, -6, -8};
  orthonormalise(vectors, 2);
  CHECK(vectors == Vector{0.6F, 0.8F, 0, 0});
}

TEST_CASE("coding: a factor of rank 1 is exact for a matrix of rank 1") {
  const Setup setup = two_columns();
  Coding coding(setup);
  // (1, 2, 3) times (2, -1): both columns along the same vector, whatever the right factor was.
  const Vector gradient = {2, 4, 6, -1, -2, -3};
  const Vector decoded = sent(coding, encoding(Encoding::low_rank, 6, 1), gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    CHECK(decoded[i] == doctest::Approx(gradient[i]).epsilon(1e-6));
    CHECK(std::abs(left_out(coding, 6)[i]) < 1e-5F);
  }
}

TEST_CASE("coding: from step to step the warm right factor turns to the largest direction") {
  const Setup setup = two_columns();
  Coding coding(setup);
  Transcode rank_1 = encoding(Encoding::low_rank, 6, 1);
  rank_1.residual = Residual::none;
  // Singular values 3 and 1: the smaller one's share falls by 9 a step, as in power iteration.
  const Vector gradient = {3, 0, 0, 0, 1, 0};
  Vector decoded;
  for (int step = 0; step < 20; ++step) decoded = sent(coding, rank_1, gradient);
  CHECK(decoded[0] == doctest::Approx(3));
  CHECK(std::abs(decoded[4]) < 1e-6F);
}

TEST_CASE("coding: what was sent and what is left out is all there was, after every step") {
  const Setup setup = two_columns();
  for (const Encoding kind :
       {Encoding::one_bit, Encoding::sign, Encoding::top_k, Encoding::low_rank}) {
    CAPTURE(static_cast<int>(kind));
    Coding coding(setup);
    sim::RandomStream random(7, 0);
    std::vector<double> all(6, 0);
    std::vector<double> all_sent(6, 0);
    for (int step = 0; step < 50; ++step) {
      const Vector gradient = random_gradient(random, 6);
      const Vector decoded = sent(coding, encoding(kind, 6, 1), gradient);
      for (std::size_t i = 0; i < 6; ++i) {
        all[i] += double{gradient[i]};
        all_sent[i] += double{decoded[i]};
        CHECK(all_sent[i] + double{left_out(coding, 6)[i]} ==
              doctest::Approx(all[i]).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("coding: three workers sum factors; what all kept and the sum is all there was") {
  const Setup setup = [] {
    testing::RunOf run;
    run.kind = "sync_sgd";
    run.hosts = 3;
    run.mlp = {.layers = 1, .width = 2};
    return run.setup();
  }();
  const Payload payload{Buffer::gradients, 0, 6, Encoding::low_rank, 1};
  const auto [left, right] = factors_of(setup.mlp, payload);
  REQUIRE(left == 3);
  REQUIRE(right == 2);
  std::vector<Coding> codings(3, Coding(setup));
  sim::RandomStream random(7, 0);
  std::vector<double> all(6, 0);
  std::vector<double> all_sent(6, 0);
  for (int step = 0; step < 20; ++step) {
    std::vector<Vector> gradients;
    std::vector<Vector> factors(3, Vector(5));
    for (int worker = 0; worker < 3; ++worker) gradients.push_back(random_gradient(random, 6));
    for (const Vector& gradient : gradients)
      for (std::size_t i = 0; i < 6; ++i) all[i] += double{gradient[i]};
    const auto each = [&](CodingStep coding_step) {
      const Residual residual =
          coding_step == CodingStep::right_factor ? Residual::none : Residual::of_gradients;
      for (std::size_t worker = 0; worker < 3; ++worker)
        codings[worker].carry_out({coding_step, payload, residual, 3}, gradients[worker],
                                  factors[worker]);
    };
    const auto allreduce = [&](std::size_t first, std::size_t end) {
      for (std::size_t i = first; i < end; ++i) {
        const float sum = factors[0][i] + factors[1][i] + factors[2][i];
        for (Vector& own : factors) own[i] = sum;
      }
    };
    each(CodingStep::left_factor);
    allreduce(0, 3);
    each(CodingStep::right_factor);
    allreduce(3, 5);
    each(CodingStep::product);
    CHECK(gradients[0] == gradients[1]);
    CHECK(gradients[0] == gradients[2]);
    for (std::size_t i = 0; i < 6; ++i) {
      all_sent[i] += double{gradients[0][i]};
      double kept = 0;
      for (Coding& coding : codings) kept += double{coding.residual(Residual::of_gradients)[i]};
      CHECK(all_sent[i] + kept == doctest::Approx(all[i]).epsilon(1e-4));
    }
  }
}

}  // namespace lockstep::models
