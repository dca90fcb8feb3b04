// The names of a topology's nodes, as scenarios refer to them.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/messages.hpp"
#include "scenarios/object_reader.hpp"
#include "topologies/topology.hpp"

namespace lockstep::scenarios {

class NodeNames {
 public:
  explicit NodeNames(const topologies::Topology* topology) {
    if (topology == nullptr) return;
    for (const std::string& name : topology->nodes) {
      indices_.emplace(name, static_cast<topologies::NodeIndex>(names_.size()));
      names_.push_back(name);
    }
  }

  // Returns nothing if there is no such name, which is a fault unless the topology has faults and
  // nobody knows its names.
  std::optional<topologies::NodeIndex> read(ObjectReader& object, std::string_view key) const {
    const auto place = object.required(key);
    const auto name = place ? read_text(*place) : std::nullopt;
    if (!name) return std::nullopt;
    object.resolve(key, *name);
    const auto found = indices_.find(*name);
    if (found != indices_.end()) return found->second;
    if (!names_.empty()) place->fault(unknown_name("node", *name, candidates()));
    return std::nullopt;
  }

 private:
  // Comparing with more names than this would take long and help nobody.
  [[nodiscard]] std::span<const std::string_view> candidates() const {
    constexpr std::size_t most_compared = 2000;
    return std::span(names_).first(std::min(names_.size(), most_compared));
  }

  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, topologies::NodeIndex> indices_;
};

}  // namespace lockstep::scenarios
