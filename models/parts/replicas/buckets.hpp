// Sums of gradients that overlap the backward pass. Layers are gathered into buckets from the last
// layer on; the buckets are summed one after another, each as soon as its gradients are there. Li
// et al.: "PyTorch Distributed: experiences on accelerating data parallel training", VLDB 2020.
#pragma once

#include <string>
#include <vector>

#include "models/language/options.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

inline constexpr BooleanOption overlap_option =
    OptionSpec{.name = "overlap",
               .type = OptionType::boolean,
               .summary = "sum gradients while the backward pass goes on",
               .fallback = false};
[[nodiscard]] std::string idle_bucket_bytes(const Setup& setup);
inline constexpr NumberOption bucket_bytes_option =
    OptionSpec{.name = "bucket_bytes",
               .type = OptionType::bytes,
               .summary = "with overlap: layers share an allreduce up to this size; 0: none do",
               .fallback = 0.0,
               .least = 0,
               .idle = idle_bucket_bytes};

// Returns the layers of each bucket, whose gradients are summed together, from the last layers to
// the first. There is one bucket of all layers where nothing overlaps.
[[nodiscard]] std::vector<LayerRange> buckets_of(const Setup& setup);

// Runs the passes of the last part of a worker's mini-batch and, beside the backward pass, the sums
// of the buckets. Ends
// when both have ended.
[[nodiscard]] Program last_passes_with_sums(Worker& worker, std::vector<LayerRange> buckets);

}  // namespace lockstep::models
