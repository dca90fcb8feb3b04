#include "reports/report_schema.hpp"

#include <string>
#include <utility>
#include <vector>

#include "reports/schema_words.hpp"

namespace lockstep::reports {

using scenarios::Json;

namespace {

Json flops(const char* what) {
  return object(what, {{"forward", number("of forward products")},
                       {"backward_weight", number("of gradients by weights")},
                       {"backward_input", number("of gradients by inputs")},
                       {"reduce", number("of sums of gradients, and of encoding them")},
                       {"update", number("of updates of parameters")},
                       {"total", number("of all of these")}});
}

Json memory(const char* what) {
  return object(what, {{"parameters", number("bytes")},
                       {"gradients", number("bytes")},
                       {"activations", number("bytes")},
                       {"versions", number("bytes of further copies of the parameters: stashed "
                                           "versions, a server's, optimizer states")},
                       {"buffers", number("bytes of what is there for a moment: messages until "
                                          "they are folded, what is gathered for a pass, "
                                          "gradients until they are scattered")},
                       {"total", number("bytes")}});
}

Json analytic() {
  Json optimal = whole(
      "with how many workers the closed form is best; null: optimal_workers_reason says why there "
      "is no such number; of data-parallel algorithms, by `cost`");
  optimal["type"] = {"integer", "null"};
  return object(
      "the closed form, of the whole run and all ranks together",
      {{"flops", flops("FLOPs by kind")},
       {"bytes", number("bytes of payload that are sent, once per message")},
       {"messages", number("messages between hosts")},
       {"counts_are",
        one_of({"exact", "bound"}, "whether a run counts as many, or at most as many")},
       {"time_s", number("the makespan, in seconds")},
       {"time_is", one_of({"exact", "bound", "estimate"}, "what is claimed of time_s")},
       {"bound", one_of({"lower", "upper"}, "which bound"), sometimes},
       {"leaves_out", text("what time_s leaves out"), sometimes},
       {"rough", text("why the simulation may be more than a fifth off the bound"), sometimes},
       {"memory_bytes_per_worker", memory("on the worker that needs most")},
       {"memory_bytes_per_server",
        memory("on a server, on top of a worker's where both share a host"), sometimes},
       {"staleness",
        object("of gradients, in updates by others since the parameters were read",
               {{"mean", number("mean")},
                {"max", whole("most")},
                {"is", one_of({"exact", "bound", "estimate"}, "what is claimed of both")},
                {"bound", one_of({"upper"}, "a run has at most this mean, and at most this max"),
                 sometimes}})},
       {"approximation", text("what differs from sequential SGD")},
       {"optimal_workers", optimal, sometimes},
       {"optimal_workers_by",
        one_of({"time_s", "samples_per_s"},
               "what is best: the least time with global_batch kept, or the most samples a second "
               "with batch_per_worker kept"),
        sometimes},
       {"optimal_workers_reason", text("why there is no such number"), sometimes}});
}

Json host_uses(const char* what) {
  return list(object("one of them; compute_s + exposed_communication_s + idle_s is the makespan",
                     {{"compute_s", number("seconds in which its device was busy")},
                      {"communication_s",
                       number("seconds with its messages under way, or folded by its engine")},
                      {"exposed_communication_s",
                       number("of those, the seconds in which its device was idle")},
                      {"idle_s", number("seconds of neither")}}),
              what);
}

Json simulated() {
  return object(
      "what the simulation gave",
      {{"makespan_s", number("simulated seconds from the first to the last event")},
       {"samples_per_s", number("samples whose gradients were used, a simulated second")},
       {"flops", flops("FLOPs by kind, as counted")},
       {"bytes", number("bytes of payload that were sent")},
       {"messages", number("messages between hosts")},
       {"events", whole("events of the simulation: a measure of its work")},
       {"steps",
        object("steps of collectives that were one event each (granularity)",
               {{"as_events", whole("such steps")},
                {"collectives", whole("collectives that took them")},
                {"collectives_by_messages", whole("others, whose ranks did not begin together")},
                {"by_messages_because", text("why all went by messages"), sometimes}}),
        sometimes},
       {"bubble_rate",
        number("of a pipeline with a flush: the share of its longest stage's time that the busiest "
               "stage does not compute"),
        sometimes},
       {"workers", host_uses("by rank")},
       {"servers", host_uses("dedicated servers"), sometimes},
       {"staleness", object("of gradients, in updates by others since the parameters were read",
                            {{"mean", number("mean")},
                             {"max", whole("most")},
                             {"histogram", list(whole("updates that were so many updates old"),
                                                "by staleness, from 0")}})}});
}

Json links() {
  return list(
      object("one direction of a link, or all of it where its directions share it",
             {{"from", text("a node")},
              {"to", text("a node")},
              {"bytes", number("bytes that went over it")},
              {"role", text("what the link is in its topology: \"rack uplink\""), sometimes},
              {"busy_s", number("seconds in which a message was on it")},
              {"utilization", number("bytes over what it could have carried; over 1 where "
                                     "nothing holds messages back")}}),
      "links that carried something");
}

Json critical_path() {
  const Json seconds =
      object("what the path's time is spent on; together the makespan",
             {{"forward", number("seconds of forward products")},
              {"backward_weight", number("seconds of gradients by weights")},
              {"backward_input", number("seconds of gradients by inputs")},
              {"reduce", number("seconds of sums on devices")},
              {"reduce_on_engine", number("seconds of sums on the engines beside devices")},
              {"transcode", number("seconds of encoding and decoding")},
              {"update", number("seconds of updates")},
              {"latency", number("seconds of latency of links, of messages")},
              {"transfer", number("the other seconds of messages over links: bytes over "
                                  "bandwidth, queues, sharing")},
              {"measured_messages", number("seconds of messages whose time was measured")},
              {"endpoint", number("seconds of work on messages at their ends")},
              {"pause", number("seconds in which ranks wake up")}});
  const Json improvement = object(
      "one of them",
      {{"part", one_of({"devices", "bandwidth", "latency", "link_class", "link", "endpoints"},
                       "what is better")},
       {"from", text("a node: of one link"), sometimes},
       {"to", text("a node: of one link"), sometimes},
       {"role", text("what the links of a class are in their topology: \"rack uplink\""),
        sometimes},
       {"factor", number("rates are multiplied by it, times divided")},
       {"bandwidth_bytes_per_s", number("of a class of links that are alike, or of one link"),
        sometimes},
       {"latency_s", number("of a class of links that are alike, or of one link"), sometimes},
       {"predicted_makespan_s", number("seconds, if the path stays the same")},
       {"simulated_makespan_s", number("seconds, by simulating the better cluster")}});
  return object(
      "of `--critical-path`: the chain of activities, each set off by "
      "the end of the one before, that ends when the run does",
      {{"activities", whole("on the path")},
       {"seconds", seconds},
       {"links",
        list(object("one of them", {{"from", text("a node")},
                                    {"to", text("a node")},
                                    {"seconds", number("of the path in which a message is on "
                                                       "its way over it")}}),
             "links of the path; a message counts for each on its route")},
       {"improvements", list(improvement, "what better clusters would save")},
       {"improvements_left_out", text("what was not tried, and why"), sometimes}});
}

Json loss() {
  const Json target = object("the accuracy that the scenario aims at",
                             {{"accuracy", number("share of the held-out samples")},
                              {"reached", flag("whether it was reached")},
                              {"time_s", number("simulated seconds until then"), sometimes},
                              {"samples", whole("samples until then"), sometimes}});
  return object(
      "of `train`: the model at points equally far apart in simulated time",
      {{"time_s", list(number("seconds"), "simulated seconds from the start to each point")},
       {"samples",
        list(whole("samples"), "samples that were trained on by then, all workers together")},
       {"iterations",
        list(whole("iterations"), "iterations that were done by then, all workers together")},
       {"loss", list(described("number", "loss"), "mean loss on the held-out samples")},
       {"accuracy",
        list(number("share"), "share of the held-out samples that is classified rightly")},
       {"network",
        object("the network that was computed",
               {{"layers", whole("its layers")},
                {"width", whole("its widest layer")},
                {"is_the_model", flag("whether it is the one whose time is simulated")}})},
       {"parameters_sha256", text("of the final parameters")},
       {"diverged", flag("true: the loss stopped being a number, and the curve ends before"),
        sometimes},
       {"target", target, sometimes}});
}

Json executed() {
  const Json quantiles = object("from begin to begin of iterations, of all workers",
                                {{"median", number("seconds")},
                                 {"first_quartile", number("seconds")},
                                 {"third_quartile", number("seconds")},
                                 {"least", number("seconds")},
                                 {"most", number("seconds")}});
  const Json ranks = list(
      object("one of them", {{"wall_s", number("seconds from its begin to its end")},
                             {"compute_s", number("seconds of computing")},
                             {"communication_s", number("seconds of copying from and to messages")},
                             {"wait_s", number("seconds of waiting for messages")}}),
      "by rank; the rest of wall_s is what the operating system took");
  return object(
      "of `execute`: a real run on the wall clock",
      {{"transport", one_of({"threads", "mpi"}, "what carried messages")},
       {"wall_s", number("seconds of the run")},
       {"iteration_s", quantiles},
       {"flops", flops("FLOPs by kind, as counted at each call")},
       {"bytes", number("bytes of payload that were sent")},
       {"messages", number("messages between hosts")},
       {"ranks", ranks},
       {"training_loss",
        loss_value("mean over all samples, when they were trained on; null: no number")},
       {"final_loss", loss_value("mean on the held-out samples, at the end; null: no number")},
       {"final_accuracy", number("share of the held-out samples, at the end")},
       {"parameters_sha256", text("of the final parameters")}});
}

Json goodput() {
  return object(
      "what failures of workers and links cost, where the scenario has any",
      {{"wall_s", number_or_null("seconds until the run is done, restarts included; null: never")},
       {"useful_s",
        number(
            "of these, seconds of work that counted: what all iterations take without failures")},
       {"lost_s",
        number("seconds of work, and of writing, that failures undid, and of waiting for them")},
       {"checkpoint_s", number("seconds of writing checkpoints, but for those that were undone")},
       {"restart_s",
        number("seconds of repair, of reading checkpoints, and of filling a pipeline again")},
       {"failures", whole("how many failures there were")},
       {"iterations", whole("of the whole training, for which those that were simulated stand")},
       {"efficiency", number("useful_s over wall_s")},
       {"samples_per_s", number("samples whose gradients were used, over wall_s")},
       {"interval_iterations", whole("iterations between checkpoints; 0: none is written")},
       {"interval_s", number("seconds of work between checkpoints")},
       {"mean_time_between_failures_s",
        number_or_null("seconds between failures of any worker; null: none are random")},
       {"expected_wall_s",
        number_or_null("seconds that Daly's equation expects; null: no failures are random")}});
}

Json rank_order() {
  return object(
      "the best order of ranks that was found, where the scenario asks for it; all else is of it",
      {{"hosts", list(whole("its host"), "by rank")},
       {"as_numbered_s", number("seconds with rank r on host r")},
       {"tried", whole("how many orders were simulated")}});
}

Json replicates() {
  return object(
      "of `--replicates`: the makespans of several seeds, of which all else is the first",
      {{"count", whole("how many seeds")},
       {"first_seed", whole("the scenario's seed; the others follow it")},
       {"makespan_s",
        object("statistics over the seeds",
               {{"mean", number("seconds")},
                {"confidence", number("the probability that the mean of all seeds is between low "
                                      "and high")},
                {"low", number("seconds")},
                {"high", number("seconds")},
                {"least", number("seconds")},
                {"most", number("seconds")},
                {"quantiles", object("by probability", {{"0.05", number("seconds")},
                                                        {"0.25", number("seconds")},
                                                        {"0.5", number("seconds")},
                                                        {"0.75", number("seconds")},
                                                        {"0.95", number("seconds")}})}})},
       {"makespans_s", list(described("number", "seconds"), "by seed")},
       {"no_difference_from",
        list(described("string", "a label"),
             "runs whose intervals overlap with this one's, so that they cannot be ranked")}});
}

Json comparison() {
  return object(
      "of the simulation where there is one, else of the closed form",
      {{"time_per_iteration_s", number("seconds")},
       {"samples_per_s", number("samples a second")},
       {"speedup", number("throughput over that of `sgd` on host 0 with the same mini-batch"),
        sometimes},
       {"efficiency", number("speedup over hosts"), sometimes},
       {"hosts", whole("workers and dedicated servers")}});
}

Json run() {
  return object("one algorithm", {{"algorithm", text("its kind")},
                                  {"label", text("its label in the scenario, or its kind")},
                                  {"workers", whole("ranks that are workers")},
                                  {"servers", whole("ranks that are servers"), sometimes},
                                  {"analytic", analytic()},
                                  {"simulated", simulated(), sometimes},
                                  {"links", links(), sometimes},
                                  {"critical_path", critical_path(), sometimes},
                                  {"critical_path_left_out",
                                   text("why it has none, though it was asked for"), sometimes},
                                  {"rank_order", rank_order(), sometimes},
                                  {"goodput", goodput(), sometimes},
                                  {"replicates", replicates(), sometimes},
                                  {"loss", loss(), sometimes},
                                  {"executed", executed(), sometimes},
                                  {"comparison", comparison(), sometimes}});
}

Json verdict() {
  return object(
      "the answer, as the terminal and the page begin with it",
      {{"text", list(described("string", "a sentence"),
                     "which run is the best, by how much, what it costs, what takes its time and "
                     "what would make it faster")},
       {"order", list(whole("its place among the runs"),
                      "all runs, the best first: those whose devices have the memory, of these "
                      "those that reach the target, of these the soonest or fastest")},
       {"best", whole("its place among the runs; absent if none fits the devices' memory"),
        sometimes}});
}

Json traffic() {
  return list(object("one flow", {{"from", text("a node")},
                                  {"to", text("a node")},
                                  {"bytes", whole("bytes")},
                                  {"start_s", number("seconds: when it starts")},
                                  {"finish_s", number("seconds: when its last byte arrives")}}),
              "the flows of a traffic scenario, in its order");
}

}  // namespace

Json report_schema() {
  Json version = whole("of this format: 1");
  version["const"] = 1;
  const Json warnings = list(object("one of them", {{"pointer", text("where in the scenario")},
                                                    {"message", text("what of it")}}),
                             "what is no fault, but should be known");
  Json schema =
      object("What Lockstep found out about one scenario.",
             {{"schema", version},
              {"version", text("the program's")},
              {"scenario", described("object",
                                     "as read, `--set` applied, defaults filled "
                                     "in, in SI units: `lockstep schema`")},
              {"interrupted", flag("true: later runs are missing"), sometimes},
              {"warnings", warnings, sometimes},
              {"verdict", verdict(), sometimes},
              {"runs", list(run(), "those that were finished, in the scenario's order"), sometimes},
              {"traffic", traffic(), sometimes}});
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Lockstep report";
  return schema;
}

}  // namespace lockstep::reports
