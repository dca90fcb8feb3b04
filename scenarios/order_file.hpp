// Files that hold what depended on time in real runs: `lockstep execute --order` writes them, and
// `lockstep train --replay` carries the same order out again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/language/order.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

struct LabelledOrder {
  std::string label;  // of the run
  int ranks = 0;
  models::Order order;
};

[[nodiscard]] Json orders_json(const std::vector<LabelledOrder>& orders);
// Reads the orders in a file. Faults name the place in the file.
[[nodiscard]] Result<std::vector<LabelledOrder>> read_orders(const std::filesystem::path& file);

}  // namespace lockstep::scenarios
