#include "scenarios/json_pointer.hpp"

#include <doctest/doctest.h>

using namespace lockstep;
using namespace lockstep::scenarios;

TEST_CASE("json_pointer: steps are escaped and read back") {
  CHECK(child_pointer("/a", "x/y~z") == "/a/x~1y~0z");
  CHECK(child_pointer("", std::size_t{3}) == "/3");
  CHECK(*pointer_steps("/a/x~1y~0z//") == std::vector<std::string>{"a", "x/y~z", "", ""});
  CHECK(pointer_steps("")->empty());
}

TEST_CASE("json_pointer: what is no pointer gives nothing") {
  CHECK(!pointer_steps("a"));
  CHECK(!pointer_steps("/a~2"));
  CHECK(!pointer_steps("/a~"));
}

TEST_CASE("json_pointer: array indices are plain decimal") {
  CHECK(array_index("0") == 0);
  CHECK(array_index("12") == 12);
  for (const char* step : {"", "01", "-1", "+1", "1 ", "x", "99999999999999999999"})
    CHECK_MESSAGE(!array_index(step), step);
}

TEST_CASE("json_pointer: faults are sorted by their place in the file, missing keys last") {
  const Json document = Json::parse(R"({"b": {"x": 1, "y": 2}, "a": [0, 1, {"k": 1}]})");
  Faults faults = {{"/c", "6"},   {"/a/2/k", "5"}, {"/a/0", "4"}, {"/b/z", "3"},
                   {"/b/y", "2"}, {"", "0"},       {"/b/x", "1"}};
  sort_in_file_order(faults, document);
  std::string order;
  for (const Fault& fault : faults) order += fault.message;
  CHECK(order == "0123456");
}
