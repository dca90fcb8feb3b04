#include "models/readers/simulate/critical_path.hpp"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dag_shortest_paths.hpp>
#include <functional>
#include <utility>

namespace lockstep::models {

namespace {

struct Length {
  std::int64_t ps = 0;
};
using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Length,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;

// Vertex 0 is the begin of the run, vertex i + 1 activity i.
std::uint32_t vertex_of(ActivityIndex index) { return index == no_activity ? 0 : index + 1; }

Picoseconds end_of(const std::vector<Activity>& activities, ActivityIndex index) {
  return index == no_activity ? Picoseconds{} : activities[index].end;
}

// A cause that ends before its effect begins leaves no gap unless nothing else fills it.
Graph graph_of(const std::vector<Activity>& activities) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  std::vector<Length> lengths;
  for (ActivityIndex index = 0; index < activities.size(); ++index) {
    const Activity& activity = activities[index];
    const Picoseconds cause_end = end_of(activities, activity.cause);
    const Picoseconds previous_end = end_of(activities, activity.previous);
    const std::int64_t own_ps = (activity.end - activity.begin).ps;
    const auto add = [&](ActivityIndex from, Picoseconds end, Picoseconds other_end) {
      const std::int64_t gap_ps = end < other_end ? 0 : (activity.begin - end).ps;
      edges.emplace_back(vertex_of(from), index + 1);
      lengths.push_back({own_ps + gap_ps});
    };
    add(activity.cause, cause_end, previous_end);
    if (activity.previous != no_activity) add(activity.previous, previous_end, cause_end);
  }
  return {boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), lengths.begin(),
          static_cast<std::uint32_t>(activities.size() + 1)};
}

}  // namespace

std::vector<PathStep> critical_path(const Causes& causes) {
  const std::vector<Activity>& activities = causes.activities();
  if (activities.empty()) return {};
  const Graph graph = graph_of(activities);
  // Boost finds shortest paths: with "longer" for "shorter", these are the longest.
  constexpr std::int64_t unreachable = -1;
  std::vector<std::int64_t> length_ps(activities.size() + 1, unreachable);
  std::vector<std::uint32_t> from(activities.size() + 1, 0);
  const auto ids = boost::get(boost::vertex_index, graph);
  boost::dag_shortest_paths(
      graph, 0U,
      boost::weight_map(boost::get(&Length::ps, graph))
          .distance_map(boost::make_iterator_property_map(length_ps.begin(), ids))
          .predecessor_map(boost::make_iterator_property_map(from.begin(), ids))
          .distance_compare(std::greater<>())
          .distance_inf(unreachable)
          .distance_zero(std::int64_t{0}));
  const auto last = std::max_element(length_ps.begin(), length_ps.end());
  std::vector<PathStep> path;
  for (auto vertex = static_cast<std::uint32_t>(last - length_ps.begin()); vertex != 0;
       vertex = from[vertex]) {
    const Activity& activity = activities[vertex - 1];
    const Picoseconds before = from[vertex] == 0 ? Picoseconds{} : activities[from[vertex] - 1].end;
    path.push_back({activity.begin - before, activity});
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lockstep::models
