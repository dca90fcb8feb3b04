// Lines, meshes, tori and hypercubes: hosts at the points of a grid, each joined to its neighbours.
//
//   line       host i to host i + 1
//   mesh       a line in each dimension
//   torus      a ring in each dimension; a ring of two is one link, as in `ring`
//   hypercube  two points in each of log2(hosts) dimensions
//
// Hosts are numbered row by row: the last dimension varies fastest. Links come dimension by
// dimension, the last one first. A cut across the longest dimension, of d hosts, severs N/d links
// of a mesh of N hosts, and 2N/d of a torus (N/d if d is 2). The halves are equal if d is even.
#pragma once

#include <array>

#include "topologies/shapes.hpp"

namespace lockstep::topologies {

Result<Topology> build_line(const TopologySpec& spec);
Result<Topology> build_mesh(const TopologySpec& spec);
Result<Topology> build_torus(const TopologySpec& spec);
Result<Topology> build_hypercube(const TopologySpec& spec);

[[nodiscard]] ShapeCounts count_line(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_mesh(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_torus(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_hypercube(const TopologySpec& spec);

inline constexpr std::array line_keys = {
    ShapeKey{"hosts", ShapeValue::count, "How many hosts.", true},
    ShapeKey{"link", ShapeValue::link, "The link between neighbours.", true}};
inline constexpr std::array grid_keys = {
    ShapeKey{"dimensions", ShapeValue::counts, "The number of hosts in each dimension.", true},
    ShapeKey{"hosts", ShapeValue::count, "The product of the dimensions, if it is given."},
    ShapeKey{"link", ShapeValue::link, "The link between neighbours.", true}};
inline constexpr std::array hypercube_keys = {
    ShapeKey{"hosts", ShapeValue::count, "How many hosts: a power of two.", true},
    ShapeKey{"link", ShapeValue::link, "The link between neighbours.", true}};

}  // namespace lockstep::topologies
