// The record of an algorithm, made in the algorithm's own file.
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

class Program;
class Worker;

// Over what a mini-batch is divided, and so what the batch must be a multiple of.
enum class Family : std::uint8_t {
  sequential,      // one worker has it all
  data_parallel,   // workers: global_batch must be a multiple of their number
  model_parallel,  // one mini-batch goes through all workers; the algorithm's own check divides it
};

// Scalars of the parameters in a row.
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
  // How many ranks of each sort a cluster of `hosts` hosts gives. From here on to `formula`, all
  // must be there but `check`; `RegisteredAlgorithm` looks after that.
  int (*workers)(const Options& options, int hosts) = nullptr;
  int (*servers)(const Options& options) = nullptr;
  // Adds the faults of this combination, with absolute JSON pointers.
  void (*check)(const Setup& setup, Faults& faults) = nullptr;
  // What each rank does.
  Program (*program)(Worker& worker) = nullptr;
  // The counts and the time, without running anything.
  ClosedForm (*closed_form)(const Setup& setup) = nullptr;
  // The same time as text.
  Formula (*formula)(const Setup& setup) = nullptr;
  // What `training.optimizer` becomes; null: it stays.
  Optimizer (*optimizer)(const Setup& setup) = nullptr;
  // Where the algorithm has an update rule of its own, so that `training.optimizer` must be `sgd`:
  // its name, as in "compensates delays of plain steps"; null, or empty: there it takes any.
  std::string_view (*own_rule)(const Setup& setup) = nullptr;
  // Ranks are stages in a row that micro-batches go through by the programs of `stages.hpp`:
  // measured stages can stand in place of layers.
  bool pipeline = false;
  // A pipeline that is never flushed: the bubble of its first mini-batch would say nothing of it.
  // Its micro-batches are numbered through the whole run, not anew in every iteration.
  bool unflushed = false;
  // Ranks go on without waiting for each other: what one of them does depends on which message
  // arrives first.
  bool asynchronous = false;
  // Messages may be left that nobody reads: gradients that come too late.
  bool leaves_messages = false;
  // Computes or updates more than `sgd` does even with one worker.
  bool extra_work = false;
  // Between ranks go gradients by what leaves an activation function, not by what enters it: who
  // receives one takes the derivative, at the outputs that its layers have computed since.
  bool gradients_by_outputs = false;
  // Samples of a mini-batch whose gradients are used, where not all of them are.
  std::int64_t (*used_per_iteration)(const Setup& setup) = nullptr;
  // Where options change what differs from sequential SGD; else it is `approximation`.
  std::string (*approximation_of)(const Setup& setup) = nullptr;
  // Works on parameters in a memory that all workers share: needs such a topology.
  bool shared_memory = false;
  // How many versions of its parameters, beside the newest, a rank keeps to compute with; null:
  // none.
  std::int64_t (*versions)(const Setup& setup, Rank rank) = nullptr;
  // Over how many samples the gradient that an update gets is the mean: a function below, or one
  // of the algorithm's own. Whatever the sum that an update gets is of, it is divided by that.
  std::int64_t (*samples_of_gradient)(const Setup& setup) = nullptr;
  // What `own_parameters` and `own_gradients` of a rank are, in order; null where it has none.
  std::vector<OwnRange> (*own_ranges)(const Setup& setup, Rank rank) = nullptr;
  // The stages, where the algorithm divides layers by what they cost; null, or none: it does not.
  std::vector<PartitionStage> (*partition)(const Setup& setup) = nullptr;
  // The place of a rank's first sample in the mini-batch of all; null: after those of the workers
  // before it if data-parallel, else 0.
  std::int64_t (*first_sample)(const Setup& setup, Rank rank) = nullptr;
};

[[nodiscard]] inline std::string approximation_of(const Setup& setup) {
  const Algorithm& algorithm = *setup.algorithm;
  if (algorithm.approximation_of != nullptr) return algorithm.approximation_of(setup);
  return std::string(algorithm.approximation);
}

// For `Algorithm::samples_of_gradient`: the gradient is a sum over all samples of an iteration
// whose gradients are used; or each worker's is of its own mini-batch.
[[nodiscard]] inline std::int64_t all_used_samples(const Setup& setup) {
  return setup.used_per_iteration;
}
[[nodiscard]] inline std::int64_t mini_batch_of_a_worker(const Setup& setup) {
  return setup.batch_per_worker;
}

// Defined nowhere: the compiler names the one that a record would call, which says what it lacks.
namespace record_lacks {
void words();  // kind, title, summary, approximation, when_to_use and source
void workers_or_servers();
void program();
void closed_form();
void formula();
void samples_of_gradient();
}  // namespace record_lacks

// A record that has all that the registry's readers ask of it; one that has not does not compile.
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
