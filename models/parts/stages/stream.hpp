// Pipelines that are never flushed: micro-batches follow each other through the stages from the
// first of the run to the last, alternating one forward and one backward pass, with updates in
// between.
//
// A stage may have r replicas, which take micro-batches in turn: replica (j mod r) runs both passes
// of micro-batch j. Stage s, with R ranks from it to the last stage, starts with ceil(R / r) - 1
// forwards on each replica, which fill the pipeline, then alternates. With one rank a stage there
// are K-s-1 of these forwards, as in `pipeline_1f1b`. Before an update the replicas sum their
// gradients by a ring allreduce. They update once for every r micro-batches; if fewer than r are
// left at the end, the replicas without one sum and update all the same. Narayanan et al.:
// "PipeDream", SOSP 2019, sections 3.1 and 3.2.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/language/group.hpp"
#include "models/parts/stages/layer_block.hpp"
#include "models/parts/stages/partition.hpp"

namespace lockstep::models {

// A stage of layers that ranks first .. first + replicas - 1 hold.
struct StreamStage {
  LayerRange layers;
  Rank first = 0;
  int replicas = 1;
  std::int64_t ahead = 0;  // forwards of a replica before it alternates
};

// Which parameters a micro-batch uses in its forward pass.
enum class Reading : std::uint8_t {
  newest,       // those that the stage has when the micro-batch arrives
  input_stage,  // at all stages those of as many updates as the first stage had made
  previous,     // those from before the update that preceded its mini-batch
};

struct Stream {
  std::vector<StreamStage> stages;
  std::int64_t micro_batches = 0;  // in the whole run
  std::int64_t samples = 0;        // of one micro-batch
  std::int64_t update_every = 1;   // micro-batches of a replica between two updates
  Reading reading = Reading::newest;
  bool stashes = true;  // a backward pass uses its forward pass's parameters, not the newest

  [[nodiscard]] std::int64_t rounds(const StreamStage& stage) const {
    return (micro_batches + stage.replicas - 1) / stage.replicas;
  }
  [[nodiscard]] std::int64_t updates(const StreamStage& stage) const {
    return rounds(stage) / update_every;
  }
};

// Gives consecutive ranks to stages that follow each other, and computes how far ahead they run.
[[nodiscard]] std::vector<StreamStage> stages_in_a_row(std::span<const PartitionStage> partition);
// Returns stages of one rank each, with the layers divided evenly.
[[nodiscard]] std::vector<StreamStage> even_stages(const Setup& setup);

// `stream` must live as long as the program: all ranks share it (`Worker::common`).
[[nodiscard]] Program stream_program(Worker& worker, const Stream& stream);
// Returns the ranks of a stage.
[[nodiscard]] Group group_of(const StreamStage& stage);
// Returns the stage that a rank belongs to.
[[nodiscard]] const StreamStage& stage_of(const Stream& stream, Rank rank);

// Returns the closed form without staleness; `copies` returns how many extra versions of its
// parameters a stage keeps. The time is exact for one rank, and for more ranks where the schedule's
// waits are exact (`Waits`); otherwise it is a lower bound.
[[nodiscard]] ClosedForm stream_closed_form(const Setup& setup, const Stream& stream,
                                            std::int64_t (*copies)(const Stream& stream,
                                                                   const StreamStage& stage));
[[nodiscard]] Formula stream_formula(const Setup& setup, const Stream& stream);

}  // namespace lockstep::models
