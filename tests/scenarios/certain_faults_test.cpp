#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// The example, with 4 hosts, 4 layers and 16 samples per worker, on another algorithm.
Lines with(std::string algorithm, std::initializer_list<Override> changes) {
  LoadOptions options;
  options.overrides = changes;
  options.overrides.push_back({"/algorithm", std::move(algorithm)});
  return faults_of(training_example, options);
}

const std::string nine_stages = R"({"kind": "gpipe", "stages": 9})";
const std::string past_hosts = "/algorithm/stages: must be at most the number of hosts, 4, found 9";
const std::string past_layers =
    "/algorithm/stages: must be at most the number of layers of the model, 4, found 9";

}  // namespace

TEST_CASE("certain_faults: faults elsewhere hide no fault of the combination") {
  CHECK(with(nine_stages, {{"/cluster/sharing", "max_mni"}}) ==
        Lines{R"(/cluster/sharing: unknown sharing "max_mni"; did you mean "max_min"?)", past_hosts,
              past_layers});
  CHECK(with(nine_stages, {{"/name", "5"}}) ==
        Lines{"/name: must be a string, found 5", past_hosts, past_layers});
  CHECK(with(nine_stages, {{"/cluster/device", "{}"}}) ==
        Lines{"/cluster/device/flops: missing", past_hosts, past_layers});
  CHECK(with(nine_stages, {{"/cluster/topology/link/bandwidth", "0"}}) ==
        Lines{"/cluster/topology/link/bandwidth: must be greater than 0, found 0", past_hosts,
              past_layers});
  CHECK(with(nine_stages, {{"/cluster/topology/kind", "strar"}}) ==
        Lines{R"(/cluster/topology/kind: unknown topology "strar"; did you mean "star"?)",
              past_hosts, past_layers});
  CHECK(with(nine_stages, {{"/training/iterations", "0"}, {"/training/learning_rate", "0"}}) ==
        Lines{"/training/iterations: must be at least 1, found 0",
              "/training/learning_rate: must be greater than 0, found 0", past_hosts, past_layers});
  CHECK(with("sync_sgd", {{"/training", R"({"global_batch": 7, "iterations": 0})"}}) ==
        Lines{"/training/global_batch: must be a multiple of the 4 workers of sync_sgd, found 7",
              "/training/iterations: must be at least 1, found 0"});
}

TEST_CASE("certain_faults: faults of the algorithm itself hide none of the combination") {
  CHECK(with(R"({"kind": "gpipe", "stages": 9, "colour": 1})", {}) ==
        Lines{past_hosts, past_layers,
              R"(/algorithm/colour: unknown key "colour"; there are "kind", "label", "topology", )"
              R"("micro_batches", "stages", "rematerialization")"});
  CHECK(with(R"({"kind": "gpipe", "stages": 9, "label": ""})", {}) ==
        Lines{past_hosts, past_layers, "/algorithm/label: must not be empty"});
  CHECK(with(R"({"kind": "gpipe", "stages": 9, "micro_batches": -1})", {}) ==
        Lines{past_hosts, past_layers, "/algorithm/micro_batches: must be at least 0, found -1"});
  CHECK(with(R"({"kind": "sync_sgd", "allreduce": "star", "servers": 2, "overlap": 0})", {}) ==
        Lines{"/algorithm/servers: must be 1 with allreduce \"star\", found 2; several servers are "
              "\"sharded_server\"",
              "/algorithm/overlap: must be true or false, found 0"});
}

TEST_CASE("certain_faults: a fault that hangs on something unread is not told") {
  const Lines layers = {"/model/layers: must be at least 1, found 0"};
  CHECK(with("gpipe", {{"/model/layers", "0"}}) == layers);
  CHECK(with(R"({"kind": "gpipe", "stages": 4})", {{"/model/layers", "0"}}) == layers);
  CHECK(with(nine_stages, {{"/model/layers", "0"}}) == Lines{layers[0], past_hosts});

  const Lines hosts = {"/cluster/topology/hosts: must be at least 1, found 0"};
  CHECK(with("gpipe", {{"/cluster/topology/hosts", "0"}}) == hosts);
  CHECK(with(nine_stages, {{"/cluster/topology/hosts", "0"}}) == Lines{hosts[0], past_layers});
  CHECK(with("async_sgd",
             {{"/cluster/topology/hosts", "0"}, {"/training", R"({"global_batch": 7})"}}) == hosts);

  // 16 samples on 4 workers are 64, which 5 does not divide.
  const std::string five = R"({"kind": "gpipe", "micro_batches": 5})";
  CHECK(with(five, {}) == Lines{"/algorithm/micro_batches: must divide the 64 samples of a "
                                "mini-batch, found 5"});
  CHECK(with(five, {{"/training/batch_per_worker", "0"}}) ==
        Lines{"/training/batch_per_worker: must be at least 1, found 0"});
  CHECK(with(five, {{"/training/global_batch", "7"}}) ==
        Lines{R"(/training/global_batch: cannot be combined with "batch_per_worker")"});
  CHECK(with("sync_sgd", {{"/training", R"({"global_batch": 0})"}}) ==
        Lines{"/training/global_batch: must be at least 1, found 0"});
}

TEST_CASE("certain_faults: an unread option is not taken for its default") {
  // By default there are as many stages as hosts: 4, more than the 2 layers.
  const std::initializer_list<Override> two_layers = {{"/model/layers", "2"}};
  CHECK(with("gpipe", two_layers) == Lines{"/algorithm/stages: must be at most the number of "
                                           "layers of the model, 2, found 4 (one for each "
                                           "host)"});
  CHECK(with(R"({"kind": "gpipe", "stages": "two"})", two_layers) ==
        Lines{R"(/algorithm/stages: must be an integer, found "two")"});
  CHECK(with(R"({"kind": "gpipe", "stags": 2})", two_layers) ==
        Lines{R"(/algorithm/stags: unknown key "stags"; did you mean "stages"?)"});
  // Five dedicated servers leave no worker, colocated ones are too many, and both go unsaid as long
  // as nobody knows which are meant, or whether there are any.
  const std::string five_servers = R"({"kind": "sync_sgd", "servers": 5, )";
  CHECK(with(five_servers + R"("allreduce": "sharded_server", "placement": "beside"})", {}) ==
        Lines{R"(/algorithm/placement: unknown placement "beside"; there are "dedicated", )"
              R"("colocated")"});
  CHECK(with(five_servers + R"("allreduce": 5})", {}) ==
        Lines{"/algorithm/allreduce: must be a string, found 5"});
}

TEST_CASE("certain_faults: custom graphs are counted by their hosts as far as these are known") {
  const std::string links = R"("links": [{"from": "a", "to": "b", "bandwidth": 0}]})";
  const auto on = [&](const std::string& graph) {
    return with(R"({"kind": "gpipe", "stages": 3})",
                {{"/cluster/topology", R"({"kind": "custom", )" + graph + links}});
  };
  const std::string bandwidth =
      "/cluster/topology/links/0/bandwidth: must be greater than 0, found 0";
  const std::string past_two = "/algorithm/stages: must be at most the number of hosts, 2, found 3";
  CHECK(on(R"("nodes": ["a", "b"], )") == Lines{bandwidth, past_two});
  CHECK(on(R"("nodes": ["a", "b"], "hosts": 2, )") == Lines{bandwidth, past_two});
  CHECK(on(R"("nodes": ["a", "b"], "hosts": ["b", "a"], )") == Lines{bandwidth, past_two});
  CHECK(on(R"("nodes": ["a", "b", 5], "hosts": ["b", "a"], )").size() == 3);
  CHECK(on(R"("nodes": ["a", "b", 5], )") ==
        Lines{"/cluster/topology/nodes/2: must be an object, found 5", bandwidth});
  CHECK(on(R"("nodes": ["a", "b"], "host": 1, )") ==
        Lines{R"(/cluster/topology/host: unknown key "host"; did you mean "hosts"?)", bandwidth});
}

TEST_CASE("certain_faults: devices are checked against the hosts of a faulty topology") {
  CHECK(faults_of(training_example, {{"/cluster/topology/link/latency", "-1"},
                                     {"/cluster/device", R"([{"hosts": "0-2", "flops": 1}])"}}) ==
        Lines{"/cluster/topology/link/latency: must be at least 0, found -1",
              "/cluster/device: has no device for host 3"});
}

TEST_CASE("certain_faults: a run that takes too long is found beside unrelated faults") {
  const std::string too_long = "/algorithm: sync_sgd would take longer than 106 days";
  CHECK(faults_of(training_example, {{"/cluster/device/flops", "1e-9 FLOP/s"},
                                     {"/training/learning_rate", "0"},
                                     {"/algorithm/label", "5"},
                                     {"/name", "5"}}) ==
        Lines{"/name: must be a string, found 5",
              "/training/learning_rate: must be greater than 0, found 0", too_long,
              "/algorithm/label: must be a string, found 5"});
  CHECK(faults_of(training_example,
                  {{"/cluster/device/flops", "1e-9"}, {"/training/iterations", "0"}}) ==
        Lines{"/training/iterations: must be at least 1, found 0"});
}
