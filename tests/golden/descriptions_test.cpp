// What the descriptions of shipped scenarios say is to be seen in their runs: each claim stands
// here in the description's own words, with the settings that it names, and is looked for in the
// report. Sweeps and the plan have tests of their own beside this one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/child_program.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/golden/runs.hpp"
#include "tests/paths.hpp"

namespace {

namespace fs = std::filesystem;
using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::testing::read_text;
using lockstep::testing::Runs;
using Json = Runs::Json;
using Labels = std::vector<std::string>;

const fs::path repository = lockstep::testing::source_folder();

bool near(double value, double of, double part = 0.005) {
  return std::abs(value - of) <= part * std::abs(of);
}

struct Claim {
  const char* words;  // of the description
  Labels settings;    // of --set
  bool (*hold)(const Runs& runs);
};

const std::map<std::string, std::vector<Claim>> claims = {
    {"asynchronous.json",
     {{"asynchronous SGD lets the fast ones go on",
       {},
       [](const Runs& r) { return r.speed("async") > 1.1 * r.speed("sync, star"); }},
      {"at the price of gradients that are several updates old",
       {},
       [](const Runs& r) { return r.stale("async") > 3 && r.stale("sync, star") == 0; }},
      {"so the fast ones are done early: see idle_s",
       {},
       [](const Runs& r) {
         std::vector<double> idle;
         for (const Json& worker : r["async"]["simulated"]["workers"])
           idle.push_back(worker["idle_s"]);
         return std::ranges::max(idle) > 0.2 * r.seconds("async");
       }}}},
    {"averaging.json",
     {{"Averaging after every step costs what sync_sgd costs, byte for byte",
       {},
       [](const Runs& r) {
         return r.bytes("averaged each step") == r.bytes("sync") &&
                r.seconds("averaged each step") == r.seconds("sync");
       }},
      {"it sends a tenth of the bytes and the run takes a fifth of the time",
       {},
       [](const Runs& r) {
         return near(r.bytes("averaged each 10"), r.bytes("sync") / 10) &&
                near(r.seconds("averaged each 10"), r.seconds("sync") / 5, 0.06);
       }},
      {"send what model averaging with the same period sends, and pay for momentum and springs "
       "with "
       "a few more FLOPs and two more copies",
       {},
       [](const Runs& r) {
         return std::ranges::all_of(
             Labels{"bmuf, blocks of 10", "slowmo, each 10", "easgd, each 10"},
             [&](const std::string& label) {
               const char* plain = "averaged each 10";
               return r.bytes(label) == r.bytes(plain) && r.flops(label) > r.flops(plain) &&
                      r.flops(label) < 1.001 * r.flops(plain) &&
                      r.memory(label) - r.memory(plain) == 2 * r.memory(plain, "parameters");
             });
       }},
      {"and longer periods gain little",
       {"/cluster/topology/link=nvlink4"},
       [](const Runs& r) { return r.speed("averaged each 10") < 1.1 * r.speed("sync"); }}}},
    {"backup_workers.json",
     {{"More backup workers mean less waiting and more waste",
       {},
       [](const Runs& r) {
         return r.seconds("8 backups") < r.seconds("4 backups") &&
                r.seconds("4 backups") < r.seconds("2 backups") &&
                r.seconds("2 backups") < r.seconds("1 backup") &&
                r.seconds("1 backup") < r.seconds("no backups");
       }},
      {"is best at about two backup workers",
       {},
       [](const Runs& r) {
         return r.rise({"no backups", "1 backup", "2 backups"}) &&
                r.rise({"8 backups", "4 backups", "2 backups"});
       }}}},
    {"checkpoints.json",
     {{"fail once an hour together",
       {},
       [](const Runs& r) {
         return near(r.at("sync_sgd", "/goodput/mean_time_between_failures_s"), 3600);
       }},
      {"The best interval by Young and Daly is about 5 minutes of work",
       {},
       [](const Runs& r) { return near(r.at("sync_sgd", "/goodput/interval_s"), 300, 0.05); }},
      {"too many cost time themselves",
       {"/training/checkpoint/interval=30 s"},
       [](const Runs& r) {
         return r.at("sync_sgd", "/goodput/efficiency") < 0.7 &&
                r.at("sync_sgd", "/goodput/checkpoint_s") > r.at("sync_sgd", "/goodput/lost_s");
       }},
      {"With too few checkpoints much work is lost",
       {"/training/checkpoint/interval=1 h"},
       [](const Runs& r) {
         return r.at("sync_sgd", "/goodput/efficiency") < 0.7 &&
                r.at("sync_sgd", "/goodput/lost_s") > r.at("sync_sgd", "/goodput/checkpoint_s");
       }}}},
    {"mixed_precision.json",
     {{"16 bytes a parameter, 26 GB, on each worker of data parallelism",
       {},
       [](const Runs& r) { return near(r.memory("all keep all"), 26e9, 0.02); }},
      {"ZeRO divides the optimizer's state, then gradients, then parameters",
       {},
       [](const Runs& r) {
         return r.memory("ZeRO, stage 1") < r.memory("all keep all") &&
                r.memory("ZeRO, stage 2") < r.memory("ZeRO, stage 1") &&
                r.memory("ZeRO, stage 3") < r.memory("ZeRO, stage 2");
       }},
      {"tensor parallelism and a pipeline divide them all",
       {},
       [](const Runs& r) {
         return r.memory("tensor_parallel") < r.memory("all keep all") / 6 &&
                r.memory("pipeline_1f1b") < r.memory("all keep all") / 6;
       }}}},
    {"oversubscription.json",
     {{"and is not slowed down",
       {"/cluster/topology/levels/1/oversubscription=1"},
       [](const Runs& r) {
         const Runs slow(Json::parse(read_text(repository / "tests/golden/oversubscription.json")));
         return slow.seconds("ring") == r.seconds("ring") &&
                slow.rise({"halving_doubling", "hierarchical", "ring"});
       }},
      {"the three are equally fast to within 1 %",
       {"/cluster/topology/levels/1/oversubscription=1"},
       [](const Runs& r) {
         return near(r.speed("hierarchical"), r.speed("ring"), 0.01) &&
                near(r.speed("halving_doubling"), r.speed("ring"), 0.01);
       }}}},
    {"pipeline.json",
     {{"with more they overlap, and the bubble shrinks",
       {},
       [](const Runs& r) { return r.rise({"gpipe, M = 1", "gpipe, M = 8", "gpipe, M = 32"}); }},
      {"as (P-1)/(M+P-1) where messages take no time. There 1F1B has the same bubble",
       {R"(/cluster/topology/link={"bandwidth": "1000000 Tbit/s", "latency": 0})"},
       [](const Runs& r) {
         return near(r.bubble("gpipe, M = 1"), 7.0 / 8, 0.02) &&
                near(r.bubble("gpipe, M = 8"), 7.0 / 15, 0.02) &&
                near(r.bubble("gpipe, M = 32"), 7.0 / 39, 0.02) &&
                near(r.bubble("1f1b, M = 32"), r.bubble("gpipe, M = 32"), 1e-6);
       }},
      {"here it is the slower one",
       {},
       [](const Runs& r) { return r.rise({"1f1b, M = 32", "gpipe, M = 32"}); }},
      {"keeps the activations of P micro-batches at most",
       {},
       [](const Runs& r) {
         // 8 of 32 micro-batches.
         return near(r.memory("1f1b, M = 32", "activations"),
                     r.memory("gpipe, M = 32", "activations") * 8 / 32);
       }}}},
    {"quickstart.json",
     {{"the ring shares the traffic out, one server drowns in it",
       {},
       [](const Runs& r) { return r.speed("sync, star") < r.speed("sync, ring") / 5; }},
      {"overlap hides most of it behind the backward pass",
       {},
       [](const Runs& r) {
         const double computing = r.seconds("sgd, one worker");
         return r.seconds("sync, overlap") - computing <
                0.2 * (r.seconds("sync, ring") - computing);
       }},
      {"each pipeline stage holds a sixteenth of the model",
       {},
       [](const Runs& r) {
         return near(r.memory("gpipe", "parameters"),
                     r.memory("sgd, one worker", "parameters") / 16);
       }},
      {"asynchronous SGD alone pays for not waiting with old gradients",
       {},
       [](const Runs& r) {
         return std::ranges::all_of(r.labels(), [&](const std::string& label) {
           return (r.stale(label) > 0) == label.starts_with("async");
         });
       }}}},
    {"slow_worker.json",
     {{"bounded staleness (ssp) is in between",
       {},
       [](const Runs& r) {
         return r.rise({"sync", "ssp, bound 4", "async"}) && r.stale("sync") == 0 &&
                r.stale("ssp, bound 4") < r.stale("async");
       }},
      {"all three algorithms are faster",
       {R"(/training={"global_batch": 8192, "shares": "by_speed", "iterations": 20})"},
       [](const Runs& r) {
         const Runs equal(Json::parse(read_text(repository / "tests/golden/slow_worker.json")));
         return std::ranges::all_of(r.labels(), [&](const std::string& label) {
           return r.speed(label) > equal.speed(label);
         });
       }}}},
    {"stragglers.json",
     {{"asynchronous SGD waits for nobody and its gradients grow old",
       {},
       [](const Runs& r) {
         return r.rise({"sync, star", "sync, 2 backups", "async"}) && r.stale("async") > 3 &&
                r.speed("async") > 2 * r.speed("sync, star");
       }},
      {"backups only waste, and asynchronous SGD leads by less",
       {"/cluster/slowdown/distribution=constant"},
       [](const Runs& r) {
         return r.speed("sync, 2 backups") < r.speed("sync, star") &&
                r.speed("async") < 1.5 * r.speed("sync, star");
       }}}},
    {"survey.json",
     {{"Servers stand beside workers, so that 16 hosts are 16 workers",
       {},
       [](const Runs& r) {
         return std::ranges::all_of(r.report()["runs"], [](const Json& run) {
           return run["workers"] == 16 || run["algorithm"] == "sgd";
         });
       }}}},
    {"synchronous.json",
     {{"All but recursive_doubling send equally many bytes in all",
       {},
       [](const Runs& r) {
         return std::ranges::all_of(r.labels(), [&](const std::string& label) {
           return (r.bytes(label) > r.bytes("ring")) == (label == "recursive_doubling") &&
                  r.bytes(label) >= r.bytes("ring");
         });
       }},
      {"a star's one link carries everything",
       {},
       [](const Runs& r) {
         return std::ranges::all_of(r.labels(), [&](const std::string& label) {
           return r.speed(label) >= r.speed("star, own host");
         });
       }},
      {"recursive_doubling, slow before, is the fastest without a server, and the ring the slowest",
       {"/model/width=16"},
       [](const Runs& r) {
         const Runs large(Json::parse(read_text(repository / "tests/golden/synchronous.json")));
         return r.rise({"ring, overlap", "ring", "tree", "halving_doubling", "double_tree",
                        "recursive_doubling"}) &&
                large.rise({"tree", "recursive_doubling", "halving_doubling", "double_tree", "ring",
                            "ring, overlap"});
       }}}},
    {"traffic.json",
     {{"Three flows into host0 share its link until the short one ends; the fourth",
       {},
       [](const Runs& r) {
         // host0 takes 10 MB by 20 MB by 20 MB in 0.41 s at the link's whole rate; the short one
         // ends first, and the fourth has what the third leaves of host3's uplink.
         const Json& flows = r.report()["traffic"];
         return flows[0]["finish_s"] < flows[1]["finish_s"] &&
                flows[1]["finish_s"] < flows[2]["finish_s"] &&
                flows[2]["from"] == flows[3]["from"] && flows[3]["to"] != flows[2]["to"];
       }}}},
    {"train.json",
     {{"asynchronous SGD send through one server's link, and its gradients grow old",
       {},
       [](const Runs& r) {
         return r.stale("asynchronous") > 5 && r.rise({"asynchronous", "synchronous"});
       }},
      {"averaging every ten steps sends a tenth of what synchronous SGD sends",
       {},
       [](const Runs& r) {
         return near(r.bytes("averaged every 10"), r.bytes("synchronous") / 10);
       }},
      {"Who has the most samples a second need not be who reaches the target first",
       {},
       [](const Runs& r) {
         // Elastic averaging is the second fastest, and never reaches it.
         const Json& text = r.report()["verdict"]["text"];
         return !r["elastic averaging"]["loss"]["target"]["reached"].get<bool>() &&
                r.rise({"pipeline, 4 stages", "elastic averaging"}) &&
                text[0].get<std::string>().find(" reaches an accuracy of ") != std::string::npos &&
                text[1].get<std::string>().find(" is the fastest of ") != std::string::npos;
       }}}},
    {"two_racks.json",
     {{"and is as fast as on one switch",
       {R"(/cluster/topology={"kind": "star", "hosts": 8,
            "link": {"bandwidth": "10 Gbit/s", "latency": "5 us"}})"},
       [](const Runs& r) {
         const Runs racks(Json::parse(read_text(repository / "tests/golden/two_racks.json")));
         return near(racks.speed("ring"), r.speed("ring"), 0.001) &&
                racks.speed("recursive_doubling") < 0.6 * r.speed("recursive_doubling");
       }}}},
    {"validation/goyal_2017_256_gpus.json",
     {{"about 0.9 from 8 to 256 GPUs in the paper. What is left out takes time too",
       {},
       [](const Runs& r) {
         const double efficiency = r.at("sum during the pass", "/comparison/efficiency");
         return efficiency > 0.9 && efficiency < 1;
       }}}},
    {"validation/gpipe_table2_k8_m32.json",
     {{"= 8 (1 - 7/39) = 6.56",
       {},
       [](const Runs& r) { return near(8 * (1 - r.bubble("gpipe")), 6.56, 0.001); }},
      {"Lockstep is 4.2 % above that",
       {},
       [](const Runs& r) { return near(8 * (1 - r.bubble("gpipe")) / 6.3, 1.042, 0.001); }},
      {"for the other two: 1.94 and 3.66",
       {"/model/stages/count=4", "/cluster/topology/hosts=4"},
       [](const Runs& r) { return near(4 * (1 - r.bubble("gpipe")), 3.66, 0.002); }},
      {"changes one stage as much as eight",
       {},
       [](const Runs& r) { return r.bubble("re-materialised") == r.bubble("gpipe"); }}}},
    {"validation/one_bit_sgd_table1.json",
     {{"86.7, 259 and 950 ms where the table has 89, 260 and 955",
       {"/training/global_batch=512"},
       [](const Runs& r) { return near(r.at("sgd", "/comparison/time_per_iteration_s"), 0.0867); }},
      {"86.7, 259 and 950 ms where the table has 89, 260 and 955",
       {"/training/global_batch=8192"},
       [](const Runs& r) { return near(r.at("sgd", "/comparison/time_per_iteration_s"), 0.95); }}}},
    {"validation/zero_bubble_table9_p16_m64.json",
     {{".2082 for 1F1B, .1088 for ZB-H1, .0516 for ZB-H2",
       {},
       [](const Runs& r) {
         return near(r.bubble("1f1b"), .2082, 5e-4) && near(r.bubble("zb_h1"), .1088, 5e-4) &&
                near(r.bubble("zb_h2"), .0516, 1e-3);
       }}}},
    {"validation/zero_bubble_table9_p8_m24.json",
     {{".2431 for 1F1B, .1585 for ZB-H1, .1083 for ZB-H2",
       {},
       [](const Runs& r) {
         return near(r.bubble("1f1b"), .2431, 5e-4) && near(r.bubble("zb_h1"), .1585, 5e-4) &&
                near(r.bubble("zb_h2"), .1083, 5e-4);
       }}}},
};

Runs run(const std::string& scenario, const Labels& settings) {
  Labels words = {scenario == "train.json" ? "train" : "run", "scenarios/" + scenario, "-o", "-"};
  for (const std::string& setting : settings) words.insert(words.end(), {"--set", setting});
  const Ended ended = ChildProgram(words, repository).wait();
  REQUIRE_MESSAGE(ended.code == 0, ended.errors);
  return Runs(Json::parse(ended.output));
}

std::string description_of(const std::string& scenario) {
  return Json::parse(read_text(repository / "scenarios" / scenario))["description"];
}

}  // namespace

TEST_CASE("golden: what the descriptions of scenarios claim holds in their runs") {
  for (const auto& [scenario, of_it] : claims)
    for (const Claim& claim : of_it) {
      CAPTURE(scenario);
      CAPTURE(claim.words);
      CHECK(description_of(scenario).find(claim.words) != std::string::npos);
      CHECK(claim.hold(run(scenario, claim.settings)));
    }
}

TEST_CASE("golden: every description of a scenario that is run has a claim, and its test") {
  const std::set<std::string> other_commands = {"check.json", "plan.json"};
  for (const char* folder : {".", "validation"})
    for (const auto& entry : fs::directory_iterator(repository / "scenarios" / folder)) {
      if (entry.path().extension() != ".json") continue;
      const fs::path relative = fs::relative(entry.path(), repository / "scenarios");
      CAPTURE(relative.string());
      CHECK(claims.contains(relative.string()) != other_commands.contains(relative.string()));
    }
}
