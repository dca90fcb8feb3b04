#include "models/parts/collectives/allreduce.hpp"

#include <fmt/format.h>

namespace lockstep::models {

std::string idle_allreduce(const Setup& setup) {
  // Servers have taken a host from the workers, or memory of theirs.
  return setup.workers == 1 && setup.servers == 0 ? "with one worker" : "";
}

std::string idle_without_servers(const Setup& setup) {
  if (setup.servers > 0) return {};
  if (allreduce_of(setup.options).through_servers) return "where no servers sum";
  return fmt::format("with allreduce \"{}\", which needs no servers",
                     setup.options[allreduce_option]);
}

std::string idle_ranks_per_node(const Setup& setup) {
  const bool turns = setup.options.has(rings_option) && setup.options[rings_option] > 1 &&
                     setup.options[allreduce_option] == "ring";
  return turns ? std::string() : setup.options.unless_chosen(allreduce_option, "hierarchical");
}

std::string idle_levels(const Setup& setup) {
  return setup.options.unless_chosen(allreduce_option, "hierarchical");
}

int channels_of(const Setup& setup) {
  const bool rings = setup.options.has(rings_option) && idle_rings(setup).empty();
  return rings ? static_cast<int>(setup.options[rings_option]) : 1;
}

std::string idle_rings(const Setup& setup) {
  return setup.options.unless_chosen(allreduce_option, "ring");
}

std::string idle_tree_chunks(const Setup& setup) {
  return setup.options.unless_chosen(allreduce_option, "double_tree");
}

extern const Collective mpi_allreduce;

bool sums_by_mpi(const Setup& setup) {
  return setup.options.has(allreduce_option) && setup.options[allreduce_option] == allreduce_by_mpi;
}

const Collective& allreduce_of(const Options& chosen) {
  if (chosen[allreduce_option] == allreduce_by_mpi) return mpi_allreduce;
  return *find_collective(chosen[allreduce_option]);
}

int allreduce_servers(const Options& chosen) {
  return allreduce_of(chosen).through_servers ? static_cast<int>(chosen[servers_option]) : 0;
}

namespace {

// The product of the levels must be the number of workers.
void check_levels(const Setup& setup, Faults& faults) {
  if (!setup.options.has(levels_option) || !idle_levels(setup).empty()) return;
  const std::vector<std::int64_t>& levels = setup.options[levels_option];
  if (levels.empty()) return;
  std::int64_t product = 1;
  for (const std::int64_t level : levels)
    product = std::min<std::int64_t>(product * level, 1'000'000'000);
  if (product != setup.workers)
    faults.push_back({setup.pointer + "/levels",
                      fmt::format("must have the product {}, the number of workers, found {}",
                                  setup.workers, product)});
  if (setup.options[ranks_per_node_option] != 0)
    faults.push_back({setup.pointer + "/ranks_per_node",
                      "cannot be combined with \"levels\"; give one or the other"});
}

}  // namespace

void check_allreduce(const Setup& setup, Faults& faults) {
  check_levels(setup, faults);
  if (setup.options[allreduce_option] == "star" && setup.options[servers_option] != 1)
    faults.push_back({setup.pointer + "/servers",
                      fmt::format("must be 1 with allreduce \"star\", found {}; several servers "
                                  "are \"sharded_server\"",
                                  setup.options[servers_option])});
  if (!setup.options.has(ranks_per_node_option) || !idle_ranks_per_node(setup).empty()) return;
  const std::int64_t ranks = setup.options[ranks_per_node_option];
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
