// Random clusters: topologies whose hosts reach each other, devices that cover all hosts.
#pragma once

#include "tests/fuzz/schema_value.hpp"

namespace lockstep::fuzz {

[[nodiscard]] Json random_cluster(SchemaValues& values, const Json& schema);

}  // namespace lockstep::fuzz
