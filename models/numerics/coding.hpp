// Compressed gradients on real numbers: what encoding makes of one rank's, and what it leaves for
// the next time. compression.hpp describes the encodings.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/compression/compression.hpp"
#include "models/setup.hpp"

namespace lockstep::models {

class Coding {
 public:
  explicit Coding(const Setup& setup) : setup_(&setup) {}

  // `scalars`: of the payload; afterwards they are what receivers decode. `factors`: all scalars of
  // `Buffer::factors`, where the left factors of the payload stand before its right ones.
  void carry_out(const Transcode& transcode, std::span<float> scalars, std::span<float> factors);
  // What was left out so far, as long as the parameters.
  [[nodiscard]] std::span<float> residual(Residual which);

 private:
  // Of a low-rank payload: where each layer's scalars and factors are.
  struct Layer {
    TouchedColumns columns;
    std::int64_t rank = 0;
    float* left = nullptr;   // rank vectors as long as a column
    float* right = nullptr;  // rank vectors of one scalar a column
    float* warm = nullptr;   // the right factor of the last time
  };

  void encode(const Transcode& transcode, std::span<float> scalars);
  void low_rank(const Transcode& transcode, std::span<float> scalars, std::span<float> factors);
  void add_residual(const Transcode& transcode, std::span<float> scalars);
  void keep_residual(const Transcode& transcode, std::span<const float> before,
                     std::span<const float> after, float share);
  [[nodiscard]] std::vector<Layer> layers_of(const Payload& payload, std::span<float> factors);
  [[nodiscard]] std::vector<float>& warm_factor(const Payload& payload);

  const Setup* setup_;
  std::map<Residual, std::vector<float>> residuals_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<float>> warm_;  // by offset, count
};

// The single steps, for tests. `columns`: those that `scalars`, from `offset` on, are part of.
void one_bit_means(std::span<float> scalars, std::int64_t offset, const TouchedColumns& columns);
// Those of one size: 1, or the mean of what they had.
void keep_signs(std::span<float> scalars, bool with_size);
void keep_largest(std::span<float> scalars, std::int64_t kept);
// Makes vectors of `length`, one after another, orthonormal, by Gram and Schmidt. One that is a
// combination of those before it becomes 0.
void orthonormalise(std::span<float> vectors, std::int64_t length);

}  // namespace lockstep::models
