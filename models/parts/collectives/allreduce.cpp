#include "models/parts/collectives/allreduce.hpp"

#include <fmt/format.h>

namespace lockstep::models {

std::string idle_allreduce(const Setup& setup) {
  return setup.workers == 1 ? "with one worker" : "";
}

std::string idle_without_servers(const Setup& setup) {
  if (setup.servers > 0) return {};
  if (allreduce_of(setup.options).through_servers) return "where no servers sum";
  return fmt::format("with allreduce \"{}\", which needs no servers",
                     setup.options.choice("allreduce"));
}

std::string idle_ranks_per_node(const Setup& setup) {
  return setup.options.unless_chosen("allreduce", "hierarchical");
}

std::string idle_tree_chunks(const Setup& setup) {
  return setup.options.unless_chosen("allreduce", "double_tree");
}

extern const Collective mpi_allreduce;

bool sums_by_mpi(const Setup& setup) {
  return setup.options.has("allreduce") && setup.options.choice("allreduce") == allreduce_by_mpi;
}

const Collective& allreduce_of(const Options& chosen) {
  if (chosen.choice("allreduce") == allreduce_by_mpi) return mpi_allreduce;
  return *find_collective(chosen.choice("allreduce"));
}

int allreduce_servers(const Options& chosen) {
  return allreduce_of(chosen).through_servers ? static_cast<int>(chosen.integer("servers")) : 0;
}

void check_allreduce(const Setup& setup, Faults& faults) {
  if (setup.options.choice("allreduce") == "star" && setup.options.integer("servers") != 1)
    faults.push_back({setup.pointer + "/servers",
                      fmt::format("must be 1 with allreduce \"star\", found {}; several servers "
                                  "are \"sharded_server\"",
                                  setup.options.integer("servers"))});
  if (setup.options.choice("allreduce") != "hierarchical" || !setup.options.has("ranks_per_node"))
    return;
  const std::int64_t ranks = setup.options.integer("ranks_per_node");
  if (ranks > 0 && setup.workers % ranks != 0)
    faults.push_back({setup.pointer + "/ranks_per_node",
                      fmt::format("must divide the {} workers, found {}", setup.workers, ranks)});
}

Memory summing_memory(const Setup& setup, Scalars block) {
  const Count bytes = block.bytes();
  return {.gradients = bytes, .buffers = (setup.workers - 1) * bytes};
}

Memory allreduce_server_memory(const Setup& setup, ScalarKind kind) {
  if (setup.servers == 0) return {};
  const std::int64_t block = block_count(setup.mlp.parameters(), setup.servers, 0);
  return summing_memory(setup, setup.mlp.scalars(kind, block));
}

}  // namespace lockstep::models
