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
        Faults{{"line 3, column 7", "not JSON: a colon is missing before this"}});
  CHECK(faults_in("[1,]") == Faults{{"line 1, column 4", "not JSON: trailing comma before ]"}});
  CHECK(faults_in("[1}") == Faults{{"line 1, column 3", "not JSON: unexpected '}'; expected ']'"}});
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
        Faults{{"line 1, column 6", "not JSON: a colon is missing before this"}});
}

TEST_CASE("json_text: an empty text is a fault of its own") {
  CHECK(faults_in("") == Faults{{"", "is empty"}});
}

TEST_CASE("json_text: numbers past a double, NaN and comments are refused") {
  CHECK(faults_in("[1, 1e400]") == Faults{{"line 1, column 5", "number out of range: 1e400"}});
  CHECK(faults_in("[NaN]")[0].message == "not JSON: JSON has no NaN: numbers are finite");
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

TEST_CASE("json_text: what other languages take is told by its name") {
  struct Case {
    const char* text;
    const char* where;
    const char* what;
  };
  const std::string comment = "JSON has no comments; use \"description\" for notes";
  for (const auto& [text, where, what] :
       {Case{"{\n  // one\n}", "line 2, column 3", comment.c_str()},
        {"{ /* one */ }", "line 1, column 3", comment.c_str()},
        {"{\"a\": 1 # one\n}", "line 1, column 9", comment.c_str()},
        {"{\"a\": 1,}", "line 1, column 9", "trailing comma before }"},
        {"{\"a\": 1,\n \"b\": 2\n \"c\": 3}", "line 3, column 2", "a comma is missing before this"},
        {"[1 2]", "line 1, column 4", "a comma is missing before this"},
        {"[[1][2]]", "line 1, column 5", "a comma is missing before this"},
        {"[1,,2]", "line 1, column 4", "a comma with nothing before it"},
        {"{'a': 1}", "line 1, column 2", "strings must use double quotes (\"), not single quotes"},
        {"{\xE2\x80\x9C"
         "a\": 1}",
         "line 1, column 2",
         "strings must use straight double quotes (\"), not typographic quotes"},
        {"{name: 1}", "line 1, column 2", "a key must be in double quotes: \"name\""},
        {"[ring]", "line 1, column 2",
         "a word that is not a number must be in double quotes: \"ring\""},
        {"[True]", "line 1, column 2", "JSON's word for True is true"},
        {"[1, None]", "line 1, column 5", "JSON's word for None is null"},
        {"[nan]", "line 1, column 2", "JSON has no nan: numbers are finite"},
        {"[-Infinity]", "line 1, column 3", "JSON has no Infinity: numbers are finite"},
        {"[.5]", "line 1, column 2", "a number begins with a digit: 0.5, not .5"},
        {"[+5]", "line 1, column 2", "a number must not start with +"},
        {"[05]", "line 1, column 3", "a number must not have leading zeros"},
        {"{\"a\" = 1}", "line 1, column 6", "a key must be followed by a colon, not ="},
        {"{\"a\n\": 1}", "line 1, column 4", "the string has no closing quote on its line"}}) {
    CAPTURE(text);
    CHECK(faults_in(text) == Faults{{where, std::string("not JSON: ") + what}});
  }
}

TEST_CASE("json_text: what follows a byte that is 0 is not left out in silence") {
  using namespace std::string_view_literals;
  CHECK(faults_in("{\n\0}"sv) == Faults{{"line 2, column 1", "not JSON: a byte that is 0"}});
  CHECK(faults_in("{}\n\0garbage"sv) == Faults{{"line 2, column 1", "not JSON: a byte that is 0"}});
}

TEST_CASE("json_text: other encodings are told by their first bytes; a mark of UTF-8 is skipped") {
  using namespace std::string_view_literals;
  const Faults utf16 = {{"", "is UTF-16: save it as UTF-8"}};
  CHECK(faults_in("\xFF\xFE{\0}\0"sv) == utf16);
  CHECK(faults_in("\xFE\xFF\0{\0}"sv) == utf16);
  CHECK(faults_in("{\0}\0"sv) == utf16);
  CHECK(faults_in("\xFF\xFE\0\0{\0\0\0"sv) == Faults{{"", "is UTF-32: save it as UTF-8"}});
  CHECK(parse_json("\xEF\xBB\xBF{}").ok());
}
