// Compresses one rank's gradients on real numbers: what encoding makes of them, and what it leaves
// for the next time. compression.hpp describes the encodings.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/language/setup.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// What encoding keeps from one mini-batch to the next.
struct CodingMemory {
  std::map<Residual, std::vector<float>> residuals;
  // The right factors of the last encoding, by offset and count of what was encoded.
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<float>> warm;
};

class Coding {
 public:
  explicit Coding(const Setup& setup) : setup_(&setup) {}

  [[nodiscard]] const CodingMemory& memory() const { return memory_; }
  void restore(CodingMemory memory) { memory_ = std::move(memory); }

  // Carries out a step of encoding. `scalars` are those of the payload; afterwards they are what
  // receivers decode. `factors` are all scalars of `Buffer::factors`, where the left factors of the
  // payload stand before its right ones.
  void carry_out(const Transcode& transcode, std::span<float> scalars, std::span<float> factors);
  // Returns what was left out so far, in a vector as long as the parameters.
  [[nodiscard]] std::span<float> residual(Residual which);
  // Returns what a message carries of a low-rank payload that was encoded by itself, in one step.
  [[nodiscard]] std::vector<float>& own_factors(const Payload& payload);

 private:
  void encode(const Transcode& transcode, std::span<float> scalars);
  void low_rank(const Transcode& transcode, std::span<float> scalars, std::span<float> factors);
  void add_residual(const Transcode& transcode, std::span<float> scalars);
  void keep_residual(const Transcode& transcode, std::span<const float> before,
                     std::span<const float> after, float share);
  [[nodiscard]] std::vector<float>& warm_factor(const Payload& payload);

  const Setup* setup_;
  CodingMemory memory_;
  using Place = std::pair<std::int64_t, std::int64_t>;  // offset, count
  std::map<Place, std::vector<float>> own_factors_;
};

// The single steps, for tests. `columns` are those that `scalars`, from `offset` on, are part of.
void one_bit_means(std::span<float> scalars, std::int64_t offset, const TouchedColumns& columns);
// Reduces scalars to their signs, all of one size: 1 or, with `with_size`, the mean of their
// absolute values.
void keep_signs(std::span<float> scalars, bool with_size);
void keep_largest(std::span<float> scalars, std::int64_t kept);

}  // namespace lockstep::models
