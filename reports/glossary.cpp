#include "reports/glossary.hpp"

#include <algorithm>
#include <array>

#include "reports/text.hpp"

namespace lockstep::reports {

namespace {

constexpr std::array terms = {
    Term{"all-reduce",
         "A sum of one vector of each worker, after which every worker has the sum. `lockstep list "
         "collectives` names the ways to do it; they differ in bytes, messages and steps.",
         "the option allreduce of algorithms"},
    Term{"activations",
         "The outputs of layers in a forward pass, which the backward pass needs again. They grow "
         "with the mini-batch, and with how many micro-batches are under way.",
         "runs[].analytic.memory_bytes_per_worker.activations"},
    Term{"bubble",
         "Time in which stages of a pipeline have nothing to do, because the first micro-batch has "
         "not come to them or the last has left. With P equal stages and M micro-batches its share "
         "is (P - 1) / (M + P - 1).",
         "runs[].simulated.bubble_rate"},
    Term{"critical path",
         "The chain of activities, each begun by the end of the one before, that ends when the run "
         "does. Only what lies on it makes a run shorter when it becomes faster.",
         "runs[].critical_path, with --critical-path"},
    Term{"efficiency",
         "Speed-up over the number of hosts that are paid for, servers included. 1: every host "
         "does as much as one does alone.",
         "runs[].comparison.efficiency"},
    Term{"exposed communication",
         "Time in which a worker has messages under way and its device computes nothing. What "
         "overlap hides behind products does not count.",
         "runs[].simulated.workers[].exposed_communication_s"},
    Term{"goodput",
         "Samples that count, a second of the wall clock, where workers fail: what is lost between "
         "a checkpoint and a failure is computed twice and counts once.",
         "runs[].goodput"},
    Term{"iteration",
         "A mini-batch of each worker in data parallelism; a mini-batch through the whole model "
         "in model parallelism.",
         "training.iterations of the scenario"},
    Term{"makespan", "The simulated time from the begin of a run to its last event.",
         "runs[].simulated.makespan_s"},
    Term{"micro-batch",
         "A part of a mini-batch that goes through a pipeline on its own, so that stages work at "
         "the same time. Its gradients are added to those of the others.",
         "the option micro_batches of algorithms"},
    Term{"mini-batch", "The samples whose gradients make one update of the parameters.",
         "training.batch_per_worker and training.global_batch of the scenario"},
    Term{"rank", "A worker or a server, as the network numbers them: workers first.",
         "runs[].workers and runs[].servers"},
    Term{"server",
         "A rank that keeps parameters, takes in gradients and gives parameters out, and computes "
         "no gradient.",
         "runs[].servers"},
    Term{"speed-up",
         "Samples a second over those of sgd on one worker with the same global mini-batch.",
         "runs[].comparison.speedup"},
    Term{"stage", "The layers of one rank of a pipeline.", "the option stages of algorithms"},
    Term{"staleness",
         "How many updates by others the parameters have seen between the moment a worker read "
         "them and the moment its gradient is applied. 0: the gradient is that of sequential SGD. "
         "High staleness and a high learning rate diverge together.",
         "runs[].simulated.staleness"},
    Term{"straggler",
         "A worker that is slower than the others, always or now and then. Whoever waits for all "
         "waits for it.",
         ""},
    Term{"worker", "A rank that computes gradients.", "runs[].workers"},
};

}  // namespace

std::span<const Term> glossary() { return terms; }

const Term* find_term(std::string_view name) {
  const auto found = std::ranges::find(terms, name, &Term::name);
  return found == terms.end() ? nullptr : &*found;
}

std::string term_text(const Term& term, Style style) {
  std::string text = heading(std::string(term.name), style) + "\n" + hanging("", term.words, style);
  if (!term.where.empty()) text += hanging("in reports: ", term.where, style);
  return text;
}

}  // namespace lockstep::reports
