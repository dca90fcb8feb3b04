// Memory, counted once more from what a simulated run did: messages that a rank has received and
// not folded, layers that it has gathered, gradients that it has not scattered, each from the
// operation that brings it to the one that ends its use. Closed forms hold at least as much.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

struct Held {
  Picoseconds begin;
  Picoseconds end;
  Count bytes = 0;
};

// The most bytes that are held at one moment; what ends then is gone.
Count most_at_once(const std::vector<Held>& all) {
  std::vector<std::pair<Picoseconds, Count>> changes;
  for (const Held& one : all) {
    changes.emplace_back(one.begin, one.bytes);
    changes.emplace_back(one.end, -one.bytes);
  }
  std::sort(changes.begin(), changes.end());  // of one moment the negative ones first
  Count held = 0;
  Count most = 0;
  for (const auto& change : changes) most = std::max(most, held += change.second);
  return most;
}

Trace trace_of(const Setup& setup) {
  Trace trace;
  const Simulated run = simulate(setup, {}, {.trace = &trace});
  REQUIRE(run.outcome.finished());
  return trace;
}

// The source and tag of what an operation waits for, if it does.
std::optional<std::pair<Rank, Tag>> awaited(const Operation& operation) {
  if (const auto* receive = std::get_if<Receive>(&operation))
    return std::pair{receive->from, receive->tag};
  if (const auto* exchange = std::get_if<Exchange>(&operation))
    return std::pair{exchange->from, exchange->message.tag};
  return std::nullopt;
}

// Messages that `rank` folds, from when they have been received until they are folded. Messages of
// one source and tag are used in the order in which they come.
std::vector<Held> unfolded(const Setup& setup, const Trace& trace, Rank rank) {
  std::map<std::pair<Rank, Tag>, std::vector<Picoseconds>> received;
  std::vector<Held> held;
  for (const TraceEntry& entry : trace) {
    if (entry.rank != rank) continue;
    if (const auto from = awaited(entry.operation)) received[*from].push_back(entry.end);
    const auto* reduce = std::get_if<Reduce>(&entry.operation);
    const auto* store = std::get_if<Store>(&entry.operation);
    if (reduce == nullptr && store == nullptr) continue;
    const Message& used = reduce != nullptr ? reduce->message : store->message;
    auto found = received.find({used.source, used.tag});
    if (found == received.end() || found->second.empty())
      found = received.find({any_rank, used.tag});
    REQUIRE(found != received.end());
    REQUIRE(!found->second.empty());
    if (reduce != nullptr)
      held.push_back({found->second.front(), entry.end, wire_bytes(setup.mlp, used.payload)});
    found->second.erase(found->second.begin());
  }
  return held;
}

// What is posted to `rank`, from the post until it is used: of each source one message at a time,
// for the next one waits where it is sent.
std::vector<Held> arriving(const Setup& setup, const Trace& trace, Rank rank) {
  std::map<std::pair<Rank, Tag>, std::vector<Picoseconds>> posted;
  std::map<Rank, Picoseconds> last_used;
  std::vector<Held> held;
  for (const TraceEntry& entry : trace) {
    if (const auto* post = std::get_if<Post>(&entry.operation); post != nullptr && post->to == rank)
      posted[{entry.rank, post->message.tag}].push_back(entry.end);
    const auto* reduce = std::get_if<Reduce>(&entry.operation);
    const auto* store = std::get_if<Store>(&entry.operation);
    if (entry.rank != rank || (reduce == nullptr && store == nullptr)) continue;
    const Message& used = reduce != nullptr ? reduce->message : store->message;
    std::vector<Picoseconds>& posts = posted[{used.source, used.tag}];
    if (posts.empty()) continue;  // by rendezvous
    const Picoseconds begin = std::max(posts.front(), last_used[used.source]);
    held.push_back({begin, entry.end, wire_bytes(setup.mlp, used.payload)});
    last_used[used.source] = entry.end;
    posts.erase(posts.begin());
  }
  return held;
}

template <class Check>
void for_random_setups(std::string kind, std::uint64_t seed, int runs, const Check& check) {
  testing::RandomRuns random(std::move(kind), seed);
  int accepted = 0;
  for (int i = 0; i < runs; ++i) {
    testing::RunOf run = random.next();
    const Result<Setup> setup = run.result();
    if (!setup.ok()) continue;
    ++accepted;
    CAPTURE(setup->algorithm->kind);
    CAPTURE(setup->workers);
    CAPTURE(i);
    check(*setup);
  }
  CHECK(accepted > runs / 25);
}

testing::RunOf run_of(const char* kind,
                      std::vector<std::pair<std::string, OptionValue>> options = {}) {
  testing::RunOf run;
  run.kind = kind;
  run.options = std::move(options);
  return run;
}

// 3 layers of 64^2 + 64 = 4,160 parameters, 4 workers, 4 bytes.
constexpr Count layer_bytes = 4 * 4160;
constexpr Count model_bytes = 3 * layer_bytes;

Count buffers_of(const testing::RunOf& run) { return closed_form_of(run.setup()).memory.buffers; }

}  // namespace

TEST_CASE("memory: buffers of every algorithm hold the messages that its ranks have not folded") {
  for (const Algorithm* algorithm : algorithms())
    for_random_setups(std::string(algorithm->kind), 11, 120, [](const Setup& setup) {
      const ClosedForm form = closed_form_of(setup);
      const Trace trace = trace_of(setup);
      for (Rank rank = 0; rank < setup.workers; ++rank)
        CHECK(most_at_once(unfolded(setup, trace, rank)) <= form.memory.buffers);
      CHECK((setup.workers > 1 || form.memory.buffers == 0));
      CHECK(form.memory.total() == form.memory.parameters + form.memory.gradients +
                                       form.memory.activations + form.memory.versions +
                                       form.memory.buffers);
    });
}

TEST_CASE("memory: servers hold what all workers send them at once") {
  for (const Algorithm* algorithm : algorithms()) {
    for_random_setups(std::string(algorithm->kind), 12, 120, [](const Setup& setup) {
      if (setup.servers == 0) return;
      const Memory memory = closed_form_of(setup).server_memory;
      const Trace trace = trace_of(setup);
      for (Rank rank = setup.workers; rank < setup.ranks(); ++rank)
        CHECK(most_at_once(arriving(setup, trace, rank)) <= memory.gradients + memory.buffers);
    });
  }
}

namespace {

std::int64_t layer_of(const Setup& setup, std::int64_t offset) {
  std::int64_t layer = 0;
  while (setup.mlp.parameters({0, layer + 1}) <= offset) ++layer;
  return layer;
}

// What others than `rank` own of a layer.
Count bytes_of_others(const Setup& setup, ScalarKind kind, std::int64_t layer, Rank rank) {
  const std::int64_t all = setup.mlp.parameters_of_layer(layer);
  return setup.mlp.scalars(kind, all - block_count(all, setup.workers, rank)).bytes();
}

// By layer, what goes on being held; and what was.
struct HeldByLayer {
  std::map<std::int64_t, Held> now;
  std::vector<Held> before;

  void end(std::int64_t layer) {
    if (const auto found = now.find(layer); found != now.end()) before.push_back(found->second);
    now.erase(layer);
  }
  [[nodiscard]] std::vector<Held> all() const {
    std::vector<Held> held = before;
    for (const auto& one : now) held.push_back(one.second);
    return held;
  }
};

// Parameters of others, from the first of them that `rank` stores to the last product with them.
std::vector<Held> gathered_layers(const Setup& setup, const Trace& trace, Rank rank) {
  HeldByLayer layers;
  for (const TraceEntry& entry : trace) {
    if (entry.rank != rank) continue;
    if (const auto* store = std::get_if<Store>(&entry.operation)) {
      const Payload& payload = store->message.payload;
      if (payload.buffer != Buffer::parameters || payload.count == 0) continue;
      const std::int64_t layer = layer_of(setup, payload.offset);
      const auto found = layers.now.find(layer);
      if (found != layers.now.end() && found->second.end > found->second.begin) layers.end(layer);
      layers.now.try_emplace(
          layer,
          Held{entry.end, entry.end, bytes_of_others(setup, ScalarKind::parameter, layer, rank)});
    } else if (const auto* compute = std::get_if<Compute>(&entry.operation)) {
      const auto found = layers.now.find(compute->layer);
      if (found != layers.now.end()) found->second.end = entry.end;
    }
  }
  return layers.all();
}

// Gradients that others own, from their product to the last message of them.
std::vector<Held> unscattered_gradients(const Setup& setup, const Trace& trace, Rank rank) {
  HeldByLayer layers;
  for (const TraceEntry& entry : trace) {
    if (entry.rank != rank) continue;
    const auto* compute = std::get_if<Compute>(&entry.operation);
    const auto* exchange = std::get_if<Exchange>(&entry.operation);
    if (compute != nullptr && compute->kind == ComputeKind::backward_weight) {
      layers.end(compute->layer);
      layers.now[compute->layer] = {
          entry.begin, entry.end,
          bytes_of_others(setup, ScalarKind::gradient, compute->layer, rank)};
    } else if (exchange != nullptr && exchange->message.payload.buffer == Buffer::gradients &&
               exchange->message.payload.count > 0) {
      layers.now[layer_of(setup, exchange->message.payload.offset)].end = entry.end;
    }
  }
  return layers.all();
}

}  // namespace

TEST_CASE("memory: ZeRO holds the layers that it has gathered and gradients until scattered") {
  // Of stage 3; the own parts of layers are among its parameters and gradients. How many layers'
  // gradients wait with prefetch depends on when folds get the device: only what is gathered has a
  // bound then.
  for (const bool prefetch : {false, true}) {
    CAPTURE(prefetch);
    for_random_setups("zero", 13, 150, [&](Setup setup) {
      setup.options.set("stage", std::int64_t{3});
      setup.options.set("prefetch", prefetch);
      setup.options.set("compression", std::string("none"));
      setup.options.set("accumulation_steps", std::int64_t{1});
      for (const char* bytes : {"parameter_bytes", "gradient_bytes"})
        setup.options.set(bytes, std::int64_t{0});
      // Of two, each has a half of all: much less is gathered.
      const auto& asked = std::get<std::int64_t>(setup.options.all().at("shard_size"));
      if ((asked == 0 ? setup.workers : asked) < 3) return;
      const Trace trace = trace_of(setup);
      std::vector<Held> held = gathered_layers(setup, trace, 0);
      if (!prefetch)
        for (const Held& gradient : unscattered_gradients(setup, trace, 0))
          held.push_back(gradient);
      for (const Held& message : unfolded(setup, trace, 0)) held.push_back(message);
      const Count buffers = closed_form_of(setup).memory.buffers;
      CHECK(most_at_once(held) <= buffers);
      CHECK((prefetch || buffers <= 3 * most_at_once(held)));
    });
  }
}

TEST_CASE("memory: one layer of 8,192 squared on 64 workers is whole while stage 3 computes it") {
  // n = 8,192^2 + 8,192 = 67,117,056 scalars, 268 MB; a 64th of it is 1,048,704 scalars. Stage 2:
  // all gradients and the chunk that is folded; stage 3: the parameters too, with prefetch twice,
  // for the next pass gathers them into a second buffer.
  constexpr Count all = Count{4} * 67'117'056;
  constexpr Count chunk = Count{4} * 1'048'704;
  const auto memory = [](std::int64_t stage, bool prefetch) {
    testing::RunOf run = run_of("zero", {{"stage", stage}, {"prefetch", prefetch}});
    run.mlp = {.layers = 1, .width = 8192};
    run.hosts = 64;
    return closed_form_of(run.setup()).memory;
  };
  CHECK(memory(1, false).buffers == chunk);
  CHECK(memory(2, false).buffers == all + chunk);
  CHECK(memory(3, false).buffers == 2 * all + chunk);
  CHECK(memory(3, true).buffers == 3 * all + chunk);
  CHECK(memory(3, false).parameters == chunk);
  CHECK(memory(3, false).gradients == chunk);
}

TEST_CASE("memory: what each allreduce has received and not folded") {
  // n = 12,480 scalars. A quarter of them is a ring's chunk, a half Rabenseifner's window and a
  // chunk within nodes of 2. Of the double tree's halves in one chunk each, a rank with two
  // children gets a half from both.
  const auto bytes = [](const char* allreduce) {
    return buffers_of(run_of("sync_sgd", {{"allreduce", std::string(allreduce)}}));
  };
  CHECK(bytes("ring") == model_bytes / 4);
  CHECK(bytes("halving_doubling") == model_bytes / 2);
  CHECK(bytes("hierarchical") == model_bytes / 2);
  CHECK(bytes("recursive_doubling") == model_bytes);
  CHECK(bytes("tree") == model_bytes);
  CHECK(bytes("double_tree") == model_bytes);
  CHECK(bytes("star") == 0);
}

TEST_CASE("memory: a server that sums has its sum and what the other workers send") {
  // 3 workers beside it: 3 blocks in all.
  const Memory memory =
      closed_form_of(run_of("sync_sgd", {{"allreduce", std::string("star")}}).setup())
          .server_memory;
  CHECK(memory == Memory{.gradients = model_bytes, .buffers = 2 * model_bytes});
  // Asynchronous: the parameters, the gradient that is applied, and those of the two others.
  CHECK(closed_form_of(run_of("async_sgd").setup()).server_memory ==
        Memory{.parameters = model_bytes, .gradients = model_bytes, .buffers = 2 * model_bytes});
}

TEST_CASE("memory: with overlap one bucket is summed at a time") {
  CHECK(buffers_of(run_of("sync_sgd", {{"overlap", true}})) == layer_bytes / 4);
  CHECK(buffers_of(run_of("sync_sgd", {{"overlap", true}, {"bucket_bytes", 1e9}})) ==
        model_bytes / 4);
}

TEST_CASE(
    "memory: encoded gradients are kept until they are sent, and what others kept until added") {
  // top_k: 1 % of 12,480 scalars, 125 with an index each, of 4 workers. power_sgd: factors of rank
  // 2, (65 + 64) x 2 scalars a layer, and a quarter of the longer ones, 3 x 130, in a ring's chunk.
  const auto bytes = [](const char* compression) {
    return buffers_of(run_of("sync_sgd", {{"compression", std::string(compression)}}));
  };
  CHECK(bytes("top_k") == 4 * 125 * 8);
  CHECK(bytes("power_sgd") == 4 * (3 * 258 + 98));
  // one_bit: 4 blocks as in zero_test.cpp, of 774 bytes, and one that is folded.
  CHECK(bytes("one_bit") == 5 * 774);
}

TEST_CASE("memory: a stage of a pipeline is sent its next input and a gradient while it computes") {
  // 3 stages of 6 micro-batches of 4 samples: 4 x 64 scalars cross each border. 1F1B: the first
  // stage keeps 3 micro-batches of two widths each; the second would keep 2 and be sent both. GPipe
  // has all inputs when the first gradient comes: the second stage needs most.
  testing::RunOf run = run_of("pipeline_1f1b", {{"micro_batches", std::int64_t{6}}});
  run.hosts = 3;
  run.training = {.batch_is_global = true, .batch = 24};
  const Count border = 4 * 4 * 64;
  const Memory memory = closed_form_of(run.setup()).memory;
  CHECK(memory.activations == 3 * 2 * border);
  CHECK(memory.buffers == border);
  run.kind = "gpipe";
  CHECK(closed_form_of(run.setup()).memory.buffers == border);
}

}  // namespace lockstep::models
