// Texts of graph files, read from files that are gone again at the end of the test.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "topologies/topology_spec.hpp"

namespace lockstep::topologies::testing {

// A file in the folder for temporary files, gone at the end of the test.
class TemporaryFile {
 public:
  TemporaryFile(const char* extension, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep_graph_file_test_" + std::to_string(getpid()) + "_" +
               std::to_string(++count) + extension)) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // As faults begin that name it.
  [[nodiscard]] std::string name() const { return path_.filename().string() + ": "; }
  [[nodiscard]] TopologySpec spec() const {
    TopologySpec spec;
    spec.kind = "custom";
    spec.file = path_.string();
    return spec;
  }

 private:
  static inline int count = 0;
  std::filesystem::path path_;
};

inline TopologySpec read(const char* extension, const std::string& text) {
  const TemporaryFile file(extension, text);
  TopologySpec spec = file.spec();
  const Faults faults = read_graph_file(spec);
  for (const Fault& fault : faults) MESSAGE(fault.message);
  REQUIRE(faults.empty());
  return spec;
}

inline std::vector<std::string> messages_of(const TopologySpec& spec) {
  const Result<Topology> topology = find_topology_kind("custom")->build(spec);
  REQUIRE_FALSE(topology.ok());
  std::vector<std::string> messages;
  for (const Fault& fault : topology.faults()) {
    CHECK(fault.pointer == "/file");
    messages.push_back(fault.message);
  }
  return messages;
}

inline std::vector<std::string> messages(const char* extension, const std::string& text) {
  const TemporaryFile file(extension, text);
  std::vector<std::string> found = messages_of(file.spec());
  // The path varies; what follows it does not.
  const std::string start = "cannot read \"" + file.path().string() + "\": ";
  const std::string name = file.path().filename().string();
  for (std::string& message : found) {
    if (message.starts_with(start))
      message.erase(0, start.size());
    else if (message.starts_with(name))
      message.erase(0, name.size() + 2);  // ": " or ", "
  }
  return found;
}

using Messages = std::vector<std::string>;

inline const std::string no_bandwidth =
    R"( has no bandwidth; give it one, or a "link" beside "file")";

// A GraphML file whose body begins in line 10.
inline std::string graphml(const std::string& edge_default, const std::string& body) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="n" for="node" attr.name="name" attr.type="string"/>
  <key id="k" for="node" attr.name="kind" attr.type="string"/>
  <key id="c" for="node" attr.name="colour" attr.type="int"/>
  <key id="b" for="edge" attr.name="bandwidth" attr.type="double"><default>2e9</default></key>
  <key id="l" for="edge" attr.name="latency" attr.type="string"/>
  <key id="d" for="edge" attr.name="duplex" attr.type="string"/>
  <graph id="G" edgedefault=")" +
         edge_default + "\">\n" + body + "</graph>\n</graphml>\n";
}

inline const std::string three_nodes = R"(
  <node id="x"><data key="n">h10</data><data key="k">host</data><data key="c">7</data></node>
  <node id="y"><data key="n">hub</data><data key="k">switch</data></node>
  <node id="z"><data key="n">h2</data><data key="k">host</data></node>)";

}  // namespace lockstep::topologies::testing
