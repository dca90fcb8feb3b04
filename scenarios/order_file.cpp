#include "scenarios/order_file.hpp"

#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

#include "scenarios/json_pointer.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/parts.hpp"

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
    run.ranks = static_cast<int>(json["ranks"].size());
    for (const Json& rank : json["ranks"]) {
      const std::string place = child_pointer(pointer + "/ranks", run.order.ranks.size());
      run.order.ranks.push_back(rank_order(rank, place, run.ranks));
    }
    if (has(json, "shared", pointer))
      list(json["shared"], pointer + "/shared", run.order.shared, {0, run.ranks - 1});
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
  // What is in a list: whole numbers of a range, truths, or shares.
  template <class Value>
  [[nodiscard]] static bool fits(const Json& value, const IntegerRange& range) {
    if (std::is_same_v<Value, bool>) return value.is_boolean();
    if (!value.is_number()) return false;
    const auto number = value.get<double>();
    const bool whole = std::is_same_v<Value, double> || value.is_number_integer();
    return whole && number >= static_cast<double>(range.least) &&
           number <= static_cast<double>(range.most);
  }
  template <class Value>
  void list(const Json& json, const std::string& pointer, std::vector<Value>& values,
            const IntegerRange& range = {0, 1}) {
    if (!json.is_array()) return fail(pointer);
    for (const Json& value : json) {
      if (!fits<Value>(value, range)) return fail(child_pointer(pointer, values.size()));
      values.push_back(value.get<Value>());
    }
  }
  template <class Value>
  void lists_by_tag(const Json& json, const std::string& pointer,
                    std::map<models::Tag, std::vector<Value>>& lists,
                    const IntegerRange& range = {0, 1}) {
    if (!json.is_object()) return fail(pointer);
    for (const auto& [name, values] : json.items()) {
      models::Tag tag = 0;
      const char* end = name.data() + name.size();
      const auto [stop, error] = std::from_chars(name.data(), end, tag);
      if (error != std::errc{} || stop != end) return fail(child_pointer(pointer, name));
      list(values, child_pointer(pointer, name), lists[tag], range);
    }
  }
  RankOrder rank_order(const Json& json, const std::string& pointer, int ranks) {
    RankOrder order;
    if (has(json, "sources", pointer))
      lists_by_tag(json["sources"], pointer + "/sources", order.sources, {0, ranks - 1});
    if (has(json, "probes", pointer))
      lists_by_tag(json["probes"], pointer + "/probes", order.probes);
    if (has(json, "left", pointer)) list(json["left"], pointer + "/left", order.left);
    constexpr IntegerRange any{0, std::numeric_limits<std::int32_t>::max()};
    // Orders of before strands were told apart by who started them have no parents.
    if (json.is_object() && json.contains("parents"))
      list(json["parents"], pointer + "/parents", order.parents, any);
    const bool knows = !order.parents.empty();
    const IntegerRange strands = knows ? IntegerRange{0, std::ssize(order.parents)} : any;
    if (has(json, "strands", pointer))
      list(json["strands"], pointer + "/strands", order.strands, strands);
    for (std::size_t i = 0; i < order.parents.size(); ++i)
      if (order.parents[i] > static_cast<std::int64_t>(i))
        fail(child_pointer(pointer + "/parents", i));
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
                       {"strands", rank.strands},
                       {"parents", rank.parents}});
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
