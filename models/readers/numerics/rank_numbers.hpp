// The numbers that one rank holds, and what each operation does to them. They know no time, no
// thread and no network: readers that carry numbers hand every operation over when it takes place.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/operation.hpp"
#include "models/language/update_site.hpp"
#include "models/readers/numerics/coding.hpp"
#include "models/readers/numerics/matrix.hpp"
#include "models/readers/numerics/problem.hpp"
#include "models/readers/numerics/products.hpp"
#include "models/readers/numerics/synthesiser_numbers.hpp"
#include "models/readers/numerics/wire_format.hpp"

namespace lockstep::models {

// A memory that all workers share. It does not decide whose turn it is.
struct SharedMemory {
  std::vector<float> parameters;
  std::vector<float> sum;    // of gradients, as long as the parameters
  bool sum_was_read = true;  // the next gradient begins a new sum
  std::mutex sum_mutex;      // guards the sum; the parameters have no lock
};

// The model that a rank has in the end.
struct RankModel {
  std::int64_t updates = 0;
  std::vector<float> parameters;                               // of the whole model
  std::vector<std::pair<std::int64_t, std::int64_t>> trained;  // [first, end) of those it updated
};

// What a checkpoint keeps of a rank between two iterations: all that the next one depends on but
// the mini-batch. A run goes on from it as if it had never stopped.
struct RankMemory {
  std::map<Buffer, std::vector<float>> buffers;
  // State by rule, index and offset. It is only as long as what is updated, because many ranks may
  // share the model.
  std::map<std::tuple<const UpdateRule*, int, std::int64_t>, std::vector<float>> states;
  std::map<std::pair<const UpdateRule*, std::int64_t>, std::int64_t> times;  // by rule and offset
  CodingMemory coding;
};

class RankNumbers {
 public:
  RankNumbers(const Problem& problem, Rank rank, SharedMemory* shared = nullptr);
  // Holds the numbers of a rank that has trained elsewhere, which serve only to ask what model it
  // has.
  RankNumbers(const Problem& problem, Rank rank, RankModel model);

  // Returns what a checkpoint keeps, between two iterations.
  [[nodiscard]] RankMemory memory() const;
  // Goes on from a checkpoint. To be called before the first operation.
  void restore(const RankMemory& memory);

  // Return the scalars of a payload as receivers will have them, and what a message carries of
  // them.
  [[nodiscard]] std::vector<float> copy_of(const Payload& payload);
  [[nodiscard]] WireContent message_of(const Payload& payload);

  // Carries out a product. If it was cut short, with a share `left` undone, its result is of no use
  // and it is only counted.
  void compute(const Compute& compute, double left = 0);
  void reduce(const Message& message, std::span<const float> content);
  void store(const Message& message, std::span<const float> content);
  void accumulate(const Accumulate& accumulate);
  void copy(const Copy& copy);
  void transcode(const Transcode& transcode);
  void update(const Update& update);
  // Reads `payload` of the shared memory.
  void read_shared(const Payload& payload);
  void begin_iteration();

  // Returns all elements of a buffer, which is as long as the model's parameters and zero at first.
  // Parameters, and buffers that stand for a model, begin with the starting parameters; a push-sum
  // has its weight, 1, after them.
  [[nodiscard]] std::span<float> buffer(Buffer buffer);

  // Returns the FLOPs as counted at each call, from the shapes that it was given.
  [[nodiscard]] const FlopCounts& flops() const { return flops_; }
  // Returns the number of updates of the model so far.
  [[nodiscard]] std::int64_t updates() const { return updates_; }
  // Return the sum of losses over all samples that went through this rank's softmax, and their
  // number.
  [[nodiscard]] double loss_sum() const { return loss_sum_; }
  [[nodiscard]] std::int64_t loss_samples() const { return loss_samples_; }
  // Return the model that this rank trains, the same as a value of its own, and where the rank has
  // updated it, as [first, end) of the parameters.
  [[nodiscard]] std::span<const float> model();
  [[nodiscard]] RankModel rank_model();
  [[nodiscard]] const std::vector<std::pair<std::int64_t, std::int64_t>>& trained() const {
    return trained_;
  }

 private:
  // The activations of a micro-batch before a layer.
  using Place = std::pair<std::int64_t, std::int64_t>;  // layer, micro-batch
  // Which parts of a layer's backward pass are done for one micro-batch.
  struct Done {
    bool weight = false;
    bool input = false;
  };

  [[nodiscard]] Matrix& matrix(std::map<Place, Matrix>& all, std::int64_t layer,
                               std::int64_t micro_batch, std::int64_t samples);
  // Returns the inputs of `compute`'s layer, which must be there already.
  [[nodiscard]] Matrix& inputs_of(const Compute& compute);
  [[nodiscard]] const std::vector<float>& weights_of(const Compute& compute);
  [[nodiscard]] std::span<float> elements(const Payload& payload);
  // Like `elements`, but takes a rank's own parts too: it returns a copy of these, which `put_back`
  // puts in their place.
  [[nodiscard]] std::span<float> in_a_row(const Payload& payload, std::vector<float>& copy);
  void put_back(const Payload& payload, std::span<const float> row);
  [[nodiscard]] std::span<float> factors_for(const Payload& payload);
  [[nodiscard]] Matrix& matrix_of(const Payload& payload);
  // Calls `visit(element, index)` for all elements of a payload.
  template <class Visit>
  void for_elements(const Payload& payload, const Visit& visit);
  [[nodiscard]] std::span<float> shared_sum(const Payload& payload);
  void forward(const Compute& compute);
  void backward_weight(const Compute& compute);
  void backward_input(const Compute& compute);
  // Turns the gradient with respect to an activation function's outputs into that with respect to
  // its inputs.
  void through_activation(Place place);
  // Returns the gradient with respect to the outputs of `compute`'s layer; for the last layer it
  // comes from the labels.
  [[nodiscard]] Matrix& output_gradient(const Compute& compute);
  [[nodiscard]] std::int64_t first_place(std::int64_t micro_batch, std::int64_t samples) const;
  void gather_inputs(const Compute& compute);
  void count_product(ComputeKind kind, std::int64_t samples, const MatrixView& weights) {
    flops_[kind] += Count{2} * samples * weights.rows * weights.columns;
  }
  void finish(const Compute& compute);
  void apply(const Update& update);
  // Updates parameters that other threads may change meanwhile.
  void step_on_shared(const UpdateRule& rule, UpdateSite& site);
  // Notes that the gradients of these elements were read, so that the next one begins a new sum.
  void mark_read(const Payload& payload);
  void note_trained(const std::vector<Payload>& parts);
  // Keeps the parameters before an update if they may be needed later.
  void keep_version(const Payload& payload);
  void synthesise(const Compute& compute);

  static std::span<float> buffer_of(void* self, Buffer buffer);
  static std::span<float> whole_of(void* self, Buffer buffer);
  static std::span<float> state_of(void* self, int index, bool from_parameters);

  const Problem* problem_;
  const Setup* setup_;
  Rank rank_;
  SharedMemory* shared_;
  Coding coding_;
  RankMemory memory_;  // but for the coding's
  std::map<Place, Matrix> activations_;
  std::map<Place, Matrix> gradients_;
  std::map<Place, Done> done_;
  std::map<std::int64_t, std::int64_t> places_;  // by micro-batch: place of its first sample
  std::map<std::int64_t, std::vector<float>> versions_;  // older parameters, by number of updates
  std::size_t kept_versions_ = 0;                        // at most this many versions are kept
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
