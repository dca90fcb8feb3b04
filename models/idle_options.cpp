#include "models/idle_options.hpp"

#include <fmt/format.h>

namespace lockstep::models {

namespace {

// "with compression "none"", unless the option has the one choice that is needed.
std::string unless(const Setup& setup, std::string_view option, std::string_view needed) {
  const std::string& chosen = setup.options.choice(option);
  return chosen == needed ? std::string{} : fmt::format("with {} \"{}\"", option, chosen);
}

bool has_choice(const Setup& setup, std::string_view option, std::string_view choice) {
  return setup.options.has(option) && setup.options.choice(option) == choice;
}

bool has_backup(const Setup& setup) {
  return setup.options.has("backup_workers") && setup.options.integer("backup_workers") > 0;
}

}  // namespace

std::string idle_without_servers(const Setup& setup) {
  if (setup.servers > 0) return {};
  return setup.options.has("allreduce")
             ? fmt::format("with allreduce \"{}\", which needs no servers",
                           setup.options.choice("allreduce"))
             : "without servers";
}

std::string idle_allreduce(const Setup& setup) {
  if (setup.workers == 1) return "with one worker";
  if (has_backup(setup)) return "with backup_workers, where servers sum";
  if (has_choice(setup, "communication", "async")) return "with communication \"async\"";
  for (const char* compression : {"one_bit", "top_k", "sign"})
    if (has_choice(setup, "compression", compression))
      return fmt::format("with compression \"{}\", which is summed in a way of its own",
                         compression);
  return {};
}

std::string idle_ranks_per_node(const Setup& setup) {
  return unless(setup, "allreduce", "hierarchical");
}

std::string idle_tree_chunks(const Setup& setup) {
  return unless(setup, "allreduce", "double_tree");
}

std::string idle_bucket_bytes(const Setup& setup) {
  return setup.options.boolean("overlap") ? std::string{} : "without overlap";
}

std::string idle_backup_workers(const Setup& setup) {
  const bool random = setup.cluster.slowdown && setup.cluster.slowdown->random();
  if (random || !setup.same_devices()) return {};
  return "on the time of computation with workers that are all equally fast: none is late";
}

std::string idle_error_feedback(const Setup& setup) {
  return has_choice(setup, "compression", "none") ? "with compression \"none\"" : std::string{};
}

std::string idle_top_k_fraction(const Setup& setup) {
  return unless(setup, "compression", "top_k");
}

std::string idle_rank(const Setup& setup) { return unless(setup, "compression", "power_sgd"); }

std::string idle_momentum(const Setup& setup) { return unless(setup, "optimizer", "momentum"); }

// Where there is no choice of an optimizer, Adam is part of the algorithm.
std::string idle_without_adam(const Setup& setup) {
  return setup.options.has("optimizer") ? unless(setup, "optimizer", "adam") : std::string{};
}

std::string idle_target_momentum(const Setup& setup) {
  return unless(setup, "momentum", "compensated");
}

}  // namespace lockstep::models
