#include "scenarios/order_file.hpp"

#include <charconv>
#include <utility>

#include "scenarios/json_text.hpp"
#include "scenarios/readers.hpp"

namespace lockstep::scenarios {

using models::RankOrder;

namespace {

Json by_tag(const auto& lists) {
  Json json = Json::object();
  for (const auto& [tag, list] : lists) json[std::to_string(tag)] = list;
  return json;
}

Fault not_an_order(std::string pointer) {
  return {std::move(pointer), "is not what `lockstep execute --order` writes"};
}

// Reads a document of this program's own: the first thing that does not fit ends it.
class Reader {
 public:
  [[nodiscard]] const Faults& faults() const { return faults_; }

  LabelledOrder run(const Json& json, const std::string& pointer) {
    LabelledOrder run;
    if (!has(json, "label", pointer) || !json["label"].is_string() ||
        !has(json, "ranks", pointer) || !json["ranks"].is_array())
      return fail(pointer), run;
    run.label = json["label"].get<std::string>();
    for (const Json& rank : json["ranks"]) {
      const std::string place = pointer + "/ranks/" + std::to_string(run.ranks++);
      run.order.ranks.push_back(rank_order(rank, place));
    }
    if (has(json, "shared", pointer)) list(json["shared"], pointer, run.order.shared);
    return run;
  }

 private:
  void fail(const std::string& pointer) {
    if (faults_.empty()) faults_.push_back(not_an_order(pointer));
  }
  bool has(const Json& json, const char* key, const std::string& pointer) {
    const bool there = json.is_object() && json.contains(key);
    if (!there) fail(pointer);
    return there;
  }
  template <class Value>
  void list(const Json& json, const std::string& pointer, std::vector<Value>& values) {
    if (!json.is_array()) return fail(pointer);
    for (const Json& value : json) {
      const bool fits = std::is_same_v<Value, bool> ? value.is_boolean() : value.is_number();
      if (!fits) return fail(pointer);
      values.push_back(value.get<Value>());
    }
  }
  template <class Value>
  void lists_by_tag(const Json& json, const std::string& pointer,
                    std::map<models::Tag, std::vector<Value>>& lists) {
    if (!json.is_object()) return fail(pointer);
    for (const auto& [name, values] : json.items()) {
      models::Tag tag = 0;
      const char* end = name.data() + name.size();
      const auto [stop, error] = std::from_chars(name.data(), end, tag);
      if (error != std::errc{} || stop != end) return fail(pointer);
      list(values, pointer + "/" + name, lists[tag]);
    }
  }
  RankOrder rank_order(const Json& json, const std::string& pointer) {
    RankOrder order;
    if (has(json, "sources", pointer)) lists_by_tag(json["sources"], pointer, order.sources);
    if (has(json, "probes", pointer)) lists_by_tag(json["probes"], pointer, order.probes);
    if (has(json, "left", pointer)) list(json["left"], pointer, order.left);
    if (has(json, "strands", pointer)) list(json["strands"], pointer, order.strands);
    return order;
  }

  Faults faults_;
};

}  // namespace

Json orders_json(const std::vector<LabelledOrder>& orders) {
  Json json = {{"schema", 1}, {"runs", Json::array()}};
  for (const LabelledOrder& run : orders) {
    Json ranks = Json::array();
    for (const RankOrder& rank : run.order.ranks)
      ranks.push_back({{"sources", by_tag(rank.sources)},
                       {"probes", by_tag(rank.probes)},
                       {"left", rank.left},
                       {"strands", rank.strands}});
    json["runs"].push_back(
        {{"label", run.label}, {"ranks", std::move(ranks)}, {"shared", run.order.shared}});
  }
  return json;
}

Result<std::vector<LabelledOrder>> read_orders(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file);
  if (!text) return text.faults();
  const Result<Json> json = parse_json(*text);
  if (!json) return json.faults();
  if (!json->is_object() || !json->contains("runs") || !(*json)["runs"].is_array())
    return not_an_order("");
  std::vector<LabelledOrder> orders;
  Reader reader;
  for (const Json& run : (*json)["runs"])
    orders.push_back(reader.run(run, "/runs/" + std::to_string(orders.size())));
  if (!reader.faults().empty()) return reader.faults();
  return orders;
}

}  // namespace lockstep::scenarios
