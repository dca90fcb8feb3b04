#include "scenarios/json_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Faults faults_in(std::string_view text) {
  const Result<Json> document = parse_json(text);
  REQUIRE(!document.ok());
  return document.faults();
}

}  // namespace

TEST_CASE("json_text: a document keeps its keys' order and its numbers' types") {
  const Result<Json> document = parse_json(R"({"z": [1, -2, 0.5, null, true], "a": {"b": "c"}})");
  REQUIRE(document.ok());
  CHECK(document->dump() == R"({"z":[1,-2,0.5,null,true],"a":{"b":"c"}})");
}

TEST_CASE("json_text: a syntax error has its line and column") {
  CHECK(faults_in("{\n  \"a\": 1,\n  \"b\" 2\n}") ==
        Faults{{"line 3, column 7", "not JSON: unexpected number literal; expected ':'"}});
  CHECK(faults_in("[1,]") ==
        Faults{{"line 1, column 4", "not JSON: unexpected ']'; expected '[', '{', or a literal"}});
  CHECK(faults_in("{} {}") ==
        Faults{{"line 1, column 4", "not JSON: unexpected '{'; expected end of input"}});
}

TEST_CASE("json_text: a truncated text ends at the place after its last character") {
  CHECK(faults_in("{\n  \"a\": [1, 2") ==
        Faults{{"line 2, column 13", "not JSON: unexpected end of input; expected ']'"}});
}

TEST_CASE("json_text: columns count characters, not bytes") {
  // {"é" 1}: the number is the sixth character, and the seventh byte.
  CHECK(faults_in("{\"\xC3\xA9\" 1}") ==
        Faults{{"line 1, column 6", "not JSON: unexpected number literal; expected ':'"}});
}

TEST_CASE("json_text: an empty text is a fault of its own") {
  CHECK(faults_in("") == Faults{{"", "is empty"}});
}

TEST_CASE("json_text: numbers past a double, NaN and comments are refused") {
  CHECK(faults_in("[1, 1e400]") == Faults{{"line 1, column 5", "number out of range: 1e400"}});
  CHECK(faults_in("[NaN]")[0].message == "not JSON: invalid literal");
  CHECK(faults_in("[1] // one")[0].pointer == "line 1, column 5");
}

TEST_CASE("json_text: every duplicate key is found, once, wherever it stands") {
  CHECK(faults_in(R"({"a": 1, "b": [0, {"x": 1, "x": 2, "x": 3, "~/": 1, "~/": 2}], "a": 1})") ==
        Faults{{"/b/1/x", R"(duplicate key "x")"},
               {"/b/1/~0~1", R"(duplicate key "~/")"},
               {"/a", R"(duplicate key "a")"}});
}

TEST_CASE("json_text: 64 levels are read, one more is not") {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  CHECK(parse_json(nested(64)).ok());
  CHECK(faults_in(nested(65)) == Faults{{"", "is nested more than 64 levels deep"}});
  CHECK(faults_in(std::string(1'000'000, '[')) ==
        Faults{{"", "is nested more than 64 levels deep"}});
}

TEST_CASE("json_text: bytes that are not UTF-8 are refused") {
  CHECK(faults_in("[\"a\xFF\"]") ==
        Faults{{"line 1, column 4", "not JSON: invalid string: ill-formed UTF-8 byte"}});
  CHECK(is_utf8("h\xC3\xA9"));
  CHECK(!is_utf8("h\xC3"));
}

TEST_CASE("json_text: a long token does not make a long message") {
  CHECK(faults_in("[1 \"" + std::string(100'000, 'x') + "\"]")[0].message.size() < 100);
}
