#include <fmt/format.h>

#include "models/data/data_kind.hpp"

namespace lockstep::models {

namespace {

void check_fit(const Dataset& data, const Mlp& computed, Faults& faults) {
  const auto check_most = [&](std::int64_t most, std::string_view what, std::int64_t found) {
    if (found > most)
      faults.push_back({"/data", fmt::format("must have at most {} {}, as the computed network "
                                             "has, found {}",
                                             most, what, found)});
  };
  check_most(computed.shape(0).inputs, "inputs", data.inputs);
  check_most(computed.shape(computed.layers - 1).outputs, "classes", data.classes);
}

void check_division(std::int64_t samples, double held_out, Faults& faults) {
  const std::int64_t apart = held_out_count(samples, held_out);
  if (apart > 0 && apart < samples) return;
  faults.push_back({"/data/held_out", fmt::format("must hold out at least one of the {} samples "
                                                  "and leave at least one for training, found {}",
                                                  samples, held_out)});
}

}  // namespace

Result<DividedData> load_data(const DataSpec& spec, const Mlp& computed) {
  const Result<Dataset> all = spec.kind->load(spec);
  if (!all) return all.faults();
  Faults faults;
  check_fit(*all, computed, faults);
  check_division(all->samples(), spec.held_out, faults);
  if (!faults.empty()) return faults;
  const std::int64_t width = computed.shape(0).inputs;
  return divide(padded(*all, width), spec.held_out, spec.seed);
}

}  // namespace lockstep::models
