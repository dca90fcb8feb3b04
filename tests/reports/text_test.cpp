#include "reports/text.hpp"

#include <doctest/doctest.h>

using namespace lockstep;
using namespace lockstep::reports;

TEST_CASE("text: control characters are written out") {
  CHECK(printable("a\x1b[31mb\nc\td\r\x7f") == "a\\x1b[31mb\\nc\\td\\r\\x7f");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
  // U+009B is a one-character escape sequence starter, U+202E turns the line around.
  CHECK(printable("\u009b \u202e") == "\\u009b \\u202e");
}

TEST_CASE("text: bytes that are not UTF-8 are written out, UTF-8 stays") {
  CHECK(printable("Größe 列") == "Größe 列");
  CHECK(printable("a\xff\x62") == "a\\xffb");
  // Too long an encoding of '/', a surrogate, a character cut off.
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("\xe5\x88") == "\\xe5\\x88");
}

TEST_CASE("text: columns are counted, not bytes") {
  CHECK(columns_of("Größe") == 5);
  CHECK(columns_of("列") == 2);
  CHECK(columns_of("e\u0301") == 1);  // e and a combining accent
  CHECK(pad_left("ö", 3) == "  ö");
  CHECK(pad_right("ö", 3) == "ö  ");
  CHECK(pad_right("long", 3) == "long");
}

TEST_CASE("text: shortened texts keep their start and end") {
  CHECK(shorten("short", 5) == "short");
  // Of 9 columns, one is the ellipsis and a third of the rest, 2, the end.
  CHECK(shorten("abcdefghijkl", 9) == "abcdef…kl");
  CHECK(columns_of(shorten("列列列列列列", 7)) <= 7);
  CHECK(shorten("abc", 1) == "…");
}

TEST_CASE("text: lines are wrapped at spaces") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("incomprehensible is", 4) == std::vector<std::string>{"incomprehensible", "is"});
  CHECK(wrap("", 4).empty());
  CHECK(hanging("note: ", "", {}) == "note: \n");
}

TEST_CASE("text: counts past 2^64 have all their digits") {
  const Count two_to_64 = Count{1} << 64U;
  CHECK(count_text(two_to_64) == "18446744073709551616");
  CHECK(count_text(0) == "0");
  CHECK(count_text(-two_to_64) == "-18446744073709551616");
}

TEST_CASE("text: numbers for people have three digits and a prefix") {
  CHECK(prefixed(0) == "0");
  CHECK(prefixed(999) == "999");
  CHECK(prefixed(999.6) == "1 k");
  CHECK(prefixed(12345) == "12.3 k");
  CHECK(prefixed(1.34e9) == "1.34 G");
}

TEST_CASE("text: doubles read back the same") {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.125})
    CHECK(std::stod(round_trip(value)) == value);
}

TEST_CASE("text: a label of megabytes is shortened too") {
  CHECK(shorten(std::string(8'000'000, 'x'), 9) == "xxxxxx…xx");
}
