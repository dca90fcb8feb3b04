#include "reports/symbol_words.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

namespace lockstep::reports {

namespace {

namespace fs = std::filesystem;

// Every name that a closed form gives one of its terms, in whatever branch.
std::set<std::string> symbols_of_formulas() {
  const std::regex term(R"re(::(?:seconds|number)\(\s*([^;]*?)[,)]\s)re");
  const std::regex name(R"re("([A-Za-z_]+(?:\([^)"]*\))?)")re");
  std::set<std::string> symbols;
  for (const auto& entry :
       fs::recursive_directory_iterator(lockstep::testing::source_folder() / "models")) {
    if (!entry.is_regular_file()) continue;
    const std::string text = lockstep::testing::read_text(entry.path());
    for (std::sregex_iterator each(text.begin(), text.end(), term), end; each != end; ++each) {
      const std::string arguments = (*each)[1];
      for (std::sregex_iterator one(arguments.begin(), arguments.end(), name); one != end; ++one)
        symbols.insert((*one)[1]);
    }
  }
  return symbols;
}

}  // namespace

TEST_CASE("symbol words: every symbol of every closed form is said in words") {
  const std::set<std::string> symbols = symbols_of_formulas();
  CHECK(symbols.size() > 90);
  for (const std::string& symbol : symbols) {
    CAPTURE(symbol);
    CHECK_FALSE(symbol_words(symbol).empty());
  }
}

TEST_CASE("symbol words: a symbol with an argument says what it is of") {
  CHECK(symbol_words("t_message(n/P)") ==
        "a message between two workers, of a P-th of the n parameters");
  CHECK(symbol_words("P") == "workers; in a pipeline, its stages");
  CHECK(symbol_words("t_unknown").empty());
  CHECK(symbol_words("t_message(q)").empty());
}

}  // namespace lockstep::reports
