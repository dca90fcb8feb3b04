#include "reports/table.hpp"

#include <doctest/doctest.h>

#include "reports/text.hpp"

using namespace lockstep::reports;

TEST_CASE("table: columns are aligned, lines have no spaces at their end") {
  Table table({{"name", Align::left}, {"bytes"}, {"claim", Align::left}});
  table.add_row({"a", "1", "exact"});
  table.add_row({"longer", "12345678", "ok"});
  CHECK(table.text({}) ==
        "name       bytes  claim\n"
        "a              1  exact\n"
        "longer  12345678  ok\n");
}

TEST_CASE("table: headings are bold only where asked for") {
  Table table({{"name", Align::left}});
  CHECK(table.text({}) == "name\n");
  CHECK(table.text({true}) == "\x1b[1mname\x1b[0m\n");
}

TEST_CASE("table: cells cannot drive the terminal") {
  Table table({{"name", Align::left}});
  table.add_row({"\x1b[2J"});
  CHECK(table.text({}) == "name\n\\x1b[2J\n");
}

TEST_CASE("table: a long first column is shortened to fit 80 columns") {
  Table table({{"name", Align::left}, {"x"}});
  table.add_row({std::string(200, 'a'), "1"});
  const std::string text = table.text({});
  // The second line: 77 columns, a gap of 2, and the cell.
  const std::string line = text.substr(text.find('\n') + 1);
  CHECK(columns_of(line.substr(0, line.find('\n'))) == 80);
}

TEST_CASE("table: what does not fit even so stands in blocks, each with the first column") {
  Table table({{"name", Align::left}, {"first"}, {"second"}, {"third"}});
  table.add_row({"a name of over sixteen", "1", "2", "3"});
  CHECK(table.width() == 22 + 2 + 5 + 2 + 6 + 2 + 5);
  CHECK(table.text({.columns = 34}) ==
        "name              first  second\n"
        "a name of …xteen      1       2\n"
        "\n"
        "name              third\n"
        "a name of …xteen      3\n");
}

TEST_CASE("table: the best row stands out on a terminal alone") {
  Table table({{"name", Align::left}});
  table.add_row({"a"});
  table.mark_best();
  table.add_row({"b"});
  CHECK(table.text({}) == "name\na\nb\n");
  CHECK(table.text({.colours = true}) == "name\n\x1b[32;1ma\x1b[0m\nb\n");
}
