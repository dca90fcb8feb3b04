// The numbers that one rank holds, and what each operation does to them. Knows no time, no thread
// and no network: readers that carry numbers hand every operation over when it takes place.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/closed_form.hpp"
#include "models/numerics/problem.hpp"
#include "models/numerics/products.hpp"
#include "models/numerics/synthesiser_numbers.hpp"
#include "models/operation.hpp"
#include "models/update_site.hpp"

namespace lockstep::models {

class RankNumbers {
 public:
  // `shared`: the parameters in a memory that all workers share, if the algorithm has one.
  RankNumbers(const Problem& problem, Rank rank, std::vector<float>* shared = nullptr);

  // What a message with this payload carries, as receivers will have it.
  [[nodiscard]] std::vector<float> copy_of(const Payload& payload);

  void compute(const Compute& compute);
  void reduce(const Message& message, std::span<const float> content);
  void store(const Message& message, std::span<const float> content);
  void accumulate(const Payload& payload);
  void copy(const Copy& copy);
  void transcode(const Transcode& transcode);
  void update(const Update& update);
  // Reads `payload` of the shared memory.
  void read_shared(const Payload& payload);
  void begin_iteration();

  // All elements of a buffer; as long as the model's parameters, zero at first; parameters, and
  // what stands for a model, begin with the start.
  [[nodiscard]] std::span<float> buffer(Buffer buffer);

  // FLOPs as counted at each call, from the shapes that it was given.
  [[nodiscard]] const FlopCounts& flops() const { return flops_; }
  // Updates of the model so far.
  [[nodiscard]] std::int64_t updates() const { return updates_; }
  // The sum of losses over all samples that went through this rank's softmax, and their number.
  [[nodiscard]] double loss_sum() const { return loss_sum_; }
  [[nodiscard]] std::int64_t loss_samples() const { return loss_samples_; }
  // The model that this rank trains, where it has updated it, as [first, end) of the parameters.
  [[nodiscard]] std::span<const float> model();
  [[nodiscard]] const std::vector<std::pair<std::int64_t, std::int64_t>>& trained() const {
    return trained_;
  }

 private:
  // Of the samples of a micro-batch, before a layer.
  using Place = std::pair<std::int64_t, std::int64_t>;  // layer, micro-batch
  struct Matrix {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<float> values;
    [[nodiscard]] MatrixView view() { return {values.data(), rows, columns, columns}; }
  };
  // What is done of a layer's backward pass of one micro-batch.
  struct Done {
    bool weight = false;
    bool input = false;
  };

  [[nodiscard]] Matrix& matrix(std::map<Place, Matrix>& all, std::int64_t layer,
                               std::int64_t micro_batch, std::int64_t samples);
  // What goes into `compute`'s layer, which must have come from somewhere.
  [[nodiscard]] Matrix& inputs_of(const Compute& compute);
  [[nodiscard]] const std::vector<float>& weights_of(const Compute& compute);
  [[nodiscard]] MatrixView weights_view(std::vector<float>& values, std::int64_t layer) const;
  [[nodiscard]] std::span<float> elements(const Payload& payload);
  void forward(const Compute& compute);
  void backward_weight(const Compute& compute);
  void backward_input(const Compute& compute);
  // The gradient by the output of `compute`'s layer; of the last layer it comes from the labels.
  [[nodiscard]] Matrix& output_gradient(const Compute& compute);
  [[nodiscard]] std::int64_t first_place(std::int64_t micro_batch, std::int64_t samples) const;
  void gather_inputs(const Compute& compute);
  void count_product(ComputeKind kind, std::int64_t samples, const MatrixView& weights) {
    flops_[kind] += Count{2} * samples * weights.rows * weights.columns;
  }
  void finish(const Compute& compute);
  // Gradients of these elements were read: the next one begins a new sum.
  void mark_read(const Payload& payload);
  void note_trained(const Payload& payload);
  // Before an update: the parameters may be computed with later.
  void keep_version(const Payload& payload);
  void synthesise(const Compute& compute);

  static std::span<float> buffer_of(void* self, Buffer buffer);
  static std::span<float> state_of(void* self, int index, bool from_parameters);

  const Problem* problem_;
  const Setup* setup_;
  Rank rank_;
  std::vector<float>* shared_;
  std::map<Buffer, std::vector<float>> buffers_;
  std::map<std::pair<const UpdateRule*, int>, std::vector<float>> states_;
  std::map<Place, Matrix> activations_;
  std::map<Place, Matrix> gradients_;
  std::map<Place, Done> done_;
  std::map<std::int64_t, std::int64_t> places_;          // by micro-batch: of its first sample
  std::map<std::int64_t, std::vector<float>> versions_;  // older parameters, by updates before
  std::size_t kept_versions_ = 0;                        // at most so many
  SynthesiserNumbers synthesiser_;
  std::vector<bool> gradient_read_;  // by layer
  const Update* current_update_ = nullptr;
  Rank source_ = 0;
  std::int64_t source_version_ = 0;
  std::int64_t iteration_ = 0;
  std::int64_t taken_ = 0;  // samples of this iteration
  std::int64_t updates_ = 0;
  std::int64_t parameter_updates_ = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> trained_;
  FlopCounts flops_;
  double loss_sum_ = 0;
  std::int64_t loss_samples_ = 0;
};

}  // namespace lockstep::models
