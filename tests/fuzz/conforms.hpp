// Whether a document is as a JSON Schema says. Of the schema's words those are known that
// `lockstep schema` uses, with and without `--report`.
#pragma once

#include <string>

#include "scenarios/scenario.hpp"

namespace lockstep::fuzz {

// Where it is not, and why; empty where it is.
[[nodiscard]] std::string not_conforming(const scenarios::Json& document,
                                         const scenarios::Json& schema);

}  // namespace lockstep::fuzz
