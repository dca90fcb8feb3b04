// The record of an algorithm, defined in the algorithm's own file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/options.hpp"
#include "models/language/setup.hpp"
#include "sim/base/result.hpp"

namespace lockstep::models {

class NetworkLoads;
class Program;
class Worker;

// How a mini-batch is divided, and so what its size must be a multiple of.
enum class Family : std::uint8_t {
  sequential,      // one worker computes the whole mini-batch
  data_parallel,   // global_batch must be a multiple of the number of workers
  model_parallel,  // each mini-batch goes through all workers; `check` tests how it divides
};

// A contiguous range of the parameters, in scalars.
struct OwnRange {
  std::int64_t offset = 0;
  std::int64_t count = 0;
};

struct Algorithm {
  std::string_view kind;           // the JSON value: "sync_sgd"
  std::string_view title;          // "Synchronous SGD"
  std::string_view summary;        // two sentences for a student
  std::string_view approximation;  // what differs from sequential SGD
  std::string_view when_to_use;    // one sentence
  std::string_view source;         // paper, equation
  Family family = Family::sequential;
  std::span<const OptionSpec> options;
  // Return how many workers a cluster of `hosts` hosts gives, and how many servers. From here to
  // `formula`, every function but `check` is mandatory; `RegisteredAlgorithm` enforces that.
  int (*workers)(const Options& options, int hosts) = nullptr;
  int (*servers)(const Options& options) = nullptr;
  // Adds the faults of this setup, with absolute JSON pointers.
  void (*check)(const Setup& setup, Faults& faults) = nullptr;
  // Returns the program of the worker's rank.
  Program (*program)(Worker& worker) = nullptr;
  // Computes the counts and the time without running anything.
  ClosedForm (*closed_form)(const Setup& setup) = nullptr;
  // Returns the time of the closed form as text.
  Formula (*formula)(const Setup& setup) = nullptr;
  // Adds the messages of the whole run, in any order, or a part of them: what each link carries at
  // least. Null: the closed form knows better, or nobody knows who sends to whom.
  void (*loads)(const Setup& setup, NetworkLoads& loads) = nullptr;
  // Returns the optimizer that replaces `training.optimizer`; null: nothing replaces it.
  Optimizer (*optimizer)(const Setup& setup) = nullptr;
  // Returns what the algorithm's own update rule does, as in "compensates delays of plain steps",
  // if it has one, so that `training.optimizer` must be `sgd`. Null, or an empty text: the
  // algorithm takes any optimizer.
  std::string_view (*own_rule)(const Setup& setup) = nullptr;
  // Ranks are the stages of a pipeline, through which micro-batches go by the programs of
  // `stages.hpp`; measured stages can replace layers, unless the algorithm needs these.
  bool pipeline = false;
  bool needs_layers = false;
  // Returns into how many equal parts a stage is divided that follow each other round the ranks;
  // null: 1. Measured stages are divided so too.
  std::int64_t (*chunks)(const Setup& setup) = nullptr;
  // Every other round of these parts goes back, from the last rank to the first.
  bool parts_turn_back = false;
  // The pipeline is never flushed, so the bubble of its first mini-batch says nothing about it. Its
  // micro-batches are numbered through the whole run, not anew in every iteration.
  bool unflushed = false;
  // Ranks do not wait for each other: what a rank does depends on which message arrives first.
  bool asynchronous = false;
  // Some messages may never be received, such as gradients that come too late.
  bool leaves_messages = false;
  // Even with one worker, the algorithm computes or updates more than `sgd` does.
  bool extra_work = false;
  // Ranks exchange gradients with respect to the output of an activation function, not its input:
  // the receiver applies the derivative, at the outputs that its layers have computed since.
  bool gradients_by_outputs = false;
  // Returns how many samples of a mini-batch have their gradients used; null: all of them.
  std::int64_t (*used_per_iteration)(const Setup& setup) = nullptr;
  // Returns what differs from sequential SGD where that depends on options; null: `approximation`
  // says it.
  std::string (*approximation_of)(const Setup& setup) = nullptr;
  // The algorithm works on parameters in a memory that all workers share, and needs such a
  // topology.
  bool shared_memory = false;
  // Returns how many versions of its parameters, besides the newest, a rank keeps to compute with;
  // null: none.
  std::int64_t (*versions)(const Setup& setup, Rank rank) = nullptr;
  // Returns whether a rank, whose layers are those of a stage, keeps only the input of a forward
  // pass and computes it again before it goes back; null: no rank does.
  bool (*recomputes)(const Setup& setup, Rank rank) = nullptr;
  // Returns the number of samples over which the gradient given to an update is a mean: a function
  // below, or one of the algorithm's own. Whatever sum an update gets is divided by this number.
  double (*samples_of_gradient)(const Setup& setup) = nullptr;
  // Workers may have different shares of a mini-batch: the program asks `Setup::samples_of` for how
  // many samples its worker has.
  bool takes_shares = false;
  // Returns the parameter ranges that the `own_parameters` and `own_gradients` of a rank hold, in
  // order; null: no rank has any.
  std::vector<OwnRange> (*own_ranges)(const Setup& setup, Rank rank) = nullptr;
  // Returns the stages if the algorithm divides layers by their cost; null, or an empty result: it
  // does not.
  std::vector<PartitionStage> (*partition)(const Setup& setup) = nullptr;
  // Returns the position of a rank's first sample in the global mini-batch; null: it follows the
  // samples of the workers before it if the algorithm is data-parallel, else it is 0.
  std::int64_t (*first_sample)(const Setup& setup, Rank rank) = nullptr;
};

[[nodiscard]] inline std::string approximation_of(const Setup& setup) {
  const Algorithm& algorithm = *setup.algorithm;
  if (algorithm.approximation_of != nullptr) return algorithm.approximation_of(setup);
  return std::string(algorithm.approximation);
}

// Choices for `Algorithm::samples_of_gradient`: the gradient is a sum over all samples of an
// iteration whose gradients are used, or over the mini-batch of one worker. If workers have
// different shares, that is the mean of their mini-batches, so that every sample weighs the same.
[[nodiscard]] inline double all_used_samples(const Setup& setup) {
  return static_cast<double>(setup.used_per_iteration);
}
[[nodiscard]] inline double mini_batch_of_a_worker(const Setup& setup) {
  if (setup.batches.empty()) return static_cast<double>(setup.batch_per_worker);
  return static_cast<double>(setup.global_batch) / setup.workers;
}

// These functions are defined nowhere: the compiler names the one that an incomplete record would
// call, which says what the record lacks.
namespace record_lacks {
void words();  // kind, title, summary, approximation, when_to_use and source
void workers_or_servers();
void program();
void closed_form();
void formula();
void samples_of_gradient();
}  // namespace record_lacks

// A record with everything that the registry's readers need; an incomplete record does not compile.
struct RegisteredAlgorithm : Algorithm {
  // NOLINTNEXTLINE(google-explicit-constructor): a record is written as an `Algorithm`.
  consteval RegisteredAlgorithm(const Algorithm& record) : Algorithm(record) {
    for (const std::string_view words : {kind, title, summary, approximation, when_to_use, source})
      if (words.empty()) record_lacks::words();
    if (workers == nullptr || servers == nullptr) record_lacks::workers_or_servers();
    if (program == nullptr) record_lacks::program();
    if (closed_form == nullptr) record_lacks::closed_form();
    if (formula == nullptr) record_lacks::formula();
    if (samples_of_gradient == nullptr) record_lacks::samples_of_gradient();
  }
};

}  // namespace lockstep::models
