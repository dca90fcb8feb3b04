// Terms of reports, in words: `lockstep explain staleness`, and docs/glossary.md, which a test
// holds to be the same.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/style.hpp"

namespace lockstep::reports {

struct Term {
  std::string_view name;   // "staleness"
  std::string_view words;  // sentences
  std::string_view where;  // where reports show it; empty for terms that stand in no report
};

// Returns all terms, by name.
[[nodiscard]] std::span<const Term> glossary();
// Returns null if there is no such term.
[[nodiscard]] const Term* find_term(std::string_view name);

[[nodiscard]] std::string term_text(const Term& term, Style style);

}  // namespace lockstep::reports
