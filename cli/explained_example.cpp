#include "cli/explained_example.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "sim/base/quantity.hpp"

namespace lockstep::cli {

namespace {

// The algorithm is filled in, and so are the iterations.
constexpr std::string_view example = R"({
  "name": "example",
  "model": { "layers": 8, "width": 1024 },
  "training": { "batch_per_worker": 1024, "iterations": 1 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "100 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s" }
  },
  "algorithm": { "kind": "sgd" }
})";

struct Change {
  std::string_view pointer;
  std::string_view value;
};

// What a kind's example changes in the scenario, and which kind stands beside it.
struct Kind {
  std::string_view kind;
  std::string_view relative;
  std::span<const Change> options = {};  // of the algorithm
  std::span<const Change> others = {};   // of all else: the relative has them as well
};

// Rounds of two steps, so that a few iterations show some.
constexpr std::array two_steps = {Change{"/algorithm/sync_period", "2"}};
constexpr std::array two_block_steps = {Change{"/algorithm/block_steps", "2"}};
constexpr std::array two_inner_steps = {Change{"/algorithm/inner_steps", "2"}};
constexpr std::array two_pushes = {Change{"/algorithm/push_period", "2"},
                                   Change{"/algorithm/fetch_period", "2"}};
constexpr std::array bound_of_one = {Change{"/algorithm/staleness_bound", "1"}};
// More micro-batches than stages: else no schedule keeps fewer activations than another.
constexpr std::array micro_batches = {Change{"/algorithm/micro_batches", "8"}};
// An optimizer with states, which ZeRO divides.
constexpr std::array adam = {Change{"/training/optimizer", R"({"kind":"adam"})"}};
// Steps of one sample, between which the bus is free.
constexpr std::array cores = {Change{"/cluster/topology/kind", "shared_memory"},
                              Change{"/cluster/topology/link/bandwidth", "100 GB/s"},
                              Change{"/cluster/topology/link/latency", "100 ns"},
                              Change{"/cluster/device/flops", "10 GFLOP/s"},
                              Change{"/model/width", "64"},
                              Change{"/training/batch_per_worker", "4"}};

constexpr std::array kinds = {
    Kind{"sync_sgd", "sgd"},
    Kind{"zero", "sync_sgd", {}, adam},
    Kind{"async_sgd", "sync_sgd"},
    Kind{"downpour", "async_sgd", two_pushes},
    Kind{"dc_asgd", "async_sgd"},
    Kind{"adag", "downpour", two_steps},
    Kind{"ssp", "async_sgd", bound_of_one},
    Kind{"model_averaging", "sync_sgd", two_steps},
    Kind{"post_local_sgd", "model_averaging", two_steps},
    Kind{"bmuf", "model_averaging", two_block_steps},
    Kind{"slowmo", "model_averaging", two_steps},
    Kind{"easgd", "model_averaging", two_steps},
    Kind{"diloco", "model_averaging", two_inner_steps},
    Kind{"d_psgd", "sync_sgd"},
    Kind{"sgp", "d_psgd"},
    Kind{"ad_psgd", "d_psgd"},
    Kind{"hogwild", "hogbatch", {}, cores},
    Kind{"hogbatch", "hogwild", {}, cores},
    Kind{"asysvrg", "hogwild", {}, cores},
    Kind{"layer_parallel", "sgd"},
    Kind{"tensor_parallel", "layer_parallel"},
    Kind{"hybrid_parallel", "tensor_parallel"},
    Kind{"gpipe", "layer_parallel", micro_batches},
    Kind{"pipeline_1f1b", "gpipe", micro_batches},
    Kind{"pipeline_interleaved", "pipeline_1f1b", micro_batches},
    Kind{"zb_h1", "pipeline_1f1b", micro_batches},
    Kind{"zb_h2", "zb_h1", micro_batches},
    Kind{"zb_v", "zb_h2", micro_batches},
    Kind{"dualpipe", "pipeline_1f1b", micro_batches},
    Kind{"dualpipe_v", "dualpipe", micro_batches},
    Kind{"three_d_parallel", "hybrid_parallel"},
    Kind{"pipelined_backprop", "layer_parallel"},
    Kind{"spectrain", "pipelined_backprop"},
    Kind{"pipedream", "pipelined_backprop"},
    Kind{"pipedream_2bw", "pipedream", micro_batches},
    Kind{"ddg", "layer_parallel"},
    Kind{"features_replay", "ddg"},
    Kind{"synthetic_gradients", "features_replay"},
};

const Kind* find(std::string_view kind) {
  const auto found = std::ranges::find(kinds, kind, &Kind::kind);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace

std::string_view relative_of(std::string_view kind) {
  const Kind* found = find(kind);
  return found == nullptr ? std::string_view() : found->relative;
}

Result<scenarios::Scenario> explained_example(const models::Algorithm& shown,
                                              std::string_view example_of, int iterations,
                                              const scenarios::LoadOptions& options) {
  std::vector<scenarios::Override> first = {{"/algorithm/kind", std::string(shown.kind)},
                                            {"/training/iterations", std::to_string(iterations)}};
  const auto add = [&](std::span<const Change> changes) {
    for (const Change& change : changes)
      first.push_back({std::string(change.pointer), std::string(change.value)});
  };
  if (const Kind* own = find(shown.kind)) add(own->options);
  if (const Kind* whole = find(example_of)) add(whole->others);
  scenarios::LoadOptions all = options;
  all.overrides.insert(all.overrides.begin(), first.begin(), first.end());
  return scenarios::parse_scenario(example, ".", all);
}

std::string example_words(const models::Setup& setup) {
  const topologies::Topology& topology = *setup.cluster.topology;
  const bool cores = setup.algorithm->shared_memory;
  std::string words = fmt::format(
      "{} layers of {}, {} samples per worker and mini-batch, {} {} of {}", setup.mlp.layers,
      setup.mlp.width, setup.batch_per_worker, topology.hosts.size(), cores ? "cores" : "hosts",
      format_flops_per_second(setup.cluster.device_of_host(0).flops_per_s));
  if (topology.links.empty()) return words;
  const topologies::Link& link = topology.links.front();
  return words +
         (cores ? fmt::format(" on a memory bus of {}", format_bytes_per_second(link.bytes_per_s))
                : fmt::format(" in a {} of {}", topology.kind,
                              format_bits_per_second(link.bytes_per_s))) +
         fmt::format(" and {}", format_seconds(link.latency.seconds()));
}

}  // namespace lockstep::cli
