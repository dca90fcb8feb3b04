// Pipelines that are never flushed: micro-batches follow each other through the stages from the
// first of the run to the last, one forward, one backward, with updates in between.
//
// A stage may have replicas, which take micro-batches in turn: micro-batch j is replica (j mod r)'s
// both ways. Stage s, with R ranks from it to the last stage, starts with ceil(R / r) - 1 forwards
// a replica, then alternates: that many fill the pipeline. With one rank a stage these are K-s-1,
// as in `pipeline_1f1b`. Before an update replicas sum their gradients by a ring allreduce: they
// update once for as many micro-batches as there are of them, and if the last are fewer, those
// without one sum and update all the same. Narayanan et al.: "PipeDream", SOSP 2019, sections 3.1
// and 3.2.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/language/group.hpp"
#include "models/parts/stages/layer_block.hpp"
#include "models/parts/stages/partition.hpp"

namespace lockstep::models {

// Ranks first .. first + replicas - 1 have the layers.
struct StreamStage {
  LayerRange layers;
  Rank first = 0;
  int replicas = 1;
  std::int64_t ahead = 0;  // forwards of a replica before it alternates
};

// Which parameters a micro-batch sees going forward.
enum class Reading : std::uint8_t {
  newest,       // those that its stage has when it comes by
  input_stage,  // at all stages as many updates as the first had when it went in
  previous,     // those from before the update that went before its own mini-batch
};

struct Stream {
  std::vector<StreamStage> stages;
  std::int64_t micro_batches = 0;  // in the whole run
  std::int64_t samples = 0;        // of one
  std::int64_t update_every = 1;   // micro-batches of a replica
  Reading reading = Reading::newest;
  bool stashes = true;  // a micro-batch meets going back what it met going forward, not the newest

  [[nodiscard]] std::int64_t rounds(const StreamStage& stage) const {
    return (micro_batches + stage.replicas - 1) / stage.replicas;
  }
  [[nodiscard]] std::int64_t updates(const StreamStage& stage) const {
    return rounds(stage) / update_every;
  }
};

// The ranks of stages that follow each other, and how far ahead they go.
[[nodiscard]] std::vector<StreamStage> stages_in_a_row(std::span<const PartitionStage> partition);
// Stages of one rank each, with the layers divided evenly.
[[nodiscard]] std::vector<StreamStage> even_stages(const Setup& setup);

[[nodiscard]] Program stream_program(Worker& worker, const Stream& stream);
// The ranks of a stage.
[[nodiscard]] Group group_of(const StreamStage& stage);
// The stage that a rank belongs to.
[[nodiscard]] const StreamStage& stage_of(const Stream& stream, Rank rank);

// All of the closed form but staleness; `copies` says how many further versions of its parameters
// a stage keeps. The time is exact for one rank and a lower bound for more.
[[nodiscard]] ClosedForm stream_closed_form(const Setup& setup, const Stream& stream,
                                            std::int64_t (*copies)(const Stream& stream,
                                                                   const StreamStage& stage));
[[nodiscard]] Formula stream_formula(const Setup& setup, const Stream& stream);

}  // namespace lockstep::models
