#include "reports/schema_words.hpp"

#include <string>
#include <utility>

namespace lockstep::reports {

Json described(const char* type, const char* what) {
  return {{"type", type}, {"description", what}};
}

Json text(const char* what) { return described("string", what); }
Json flag(const char* what) { return described("boolean", what); }
Json number(const char* what) {
  Json json = described("number", what);
  json["minimum"] = 0;
  return json;
}
Json whole(const char* what) {
  Json json = number(what);
  json["type"] = "integer";
  return json;
}
Json loss_value(const char* what) {
  Json json = text(what);
  json["type"] = {"number", "null"};
  return json;
}
Json one_of(std::initializer_list<const char*> values, const char* what) {
  Json json = text(what);
  json["enum"] = std::vector<std::string>(values.begin(), values.end());
  return json;
}
Json list(Json items, const char* what) {
  Json json = described("array", what);
  json["items"] = std::move(items);
  return json;
}

Json object(const char* what, const std::vector<Field>& fields) {
  Json json = described("object", what);
  json["required"] = Json::array();
  for (const Field& field : fields) {
    json["properties"][field.name] = field.schema;
    if (field.always) json["required"].push_back(field.name);
  }
  return json;
}

Json number_or_null(const char* what) {
  Json json = number(what);
  json["type"] = {"number", "null"};
  return json;
}

}  // namespace lockstep::reports
