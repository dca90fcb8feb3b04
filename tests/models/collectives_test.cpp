// Every collective, alone: what it sums, what it counts, how long it takes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/evaluated_formula.hpp"
#include "tests/models/run_of.hpp"
#include "tests/sanitized.hpp"

namespace lockstep::models {

namespace {

// What a rank has in its gradients at first: whole numbers, so that sums are exact in any order.
double first_value(Rank rank, std::int64_t i) { return static_cast<double>((rank + 1) * 1000 + i); }

class Vectors : public Numbers {
 public:
  Vectors(int ranks, std::int64_t count) : exchanged_(static_cast<std::size_t>(ranks)) {
    for (int rank = 0; rank < ranks; ++rank) {
      gradients_.emplace_back();
      for (std::int64_t i = 0; i < count; ++i) gradients_.back().push_back(first_value(rank, i));
    }
    for (auto& exchanged : exchanged_)
      exchanged.resize(static_cast<std::size_t>(count + ranks), -1);
  }
  std::uint32_t copy_of(Rank rank, const Payload& payload) override {
    const auto& own = gradients_[static_cast<std::size_t>(rank)];
    const auto begin = own.begin() + payload.offset;
    contents_.emplace_back(begin, begin + payload.count);
    return static_cast<std::uint32_t>(contents_.size() - 1);
  }
  void carried_out(Rank rank, const Operation& operation) override {
    if (const auto* reduce = std::get_if<Reduce>(&operation)) apply(rank, reduce->message, true);
    if (const auto* store = std::get_if<Store>(&operation)) apply(rank, store->message, false);
  }
  [[nodiscard]] const std::vector<double>& of(Rank rank) const {
    return gradients_[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] const std::vector<double>& exchanged(Rank rank) const {
    return exchanged_[static_cast<std::size_t>(rank)];
  }

 private:
  void apply(Rank rank, const Message& message, bool add) {
    auto& all = message.payload.buffer == Buffer::exchanged ? exchanged_ : gradients_;
    auto& own = all[static_cast<std::size_t>(rank)];
    const auto& content = contents_[message.content];
    REQUIRE(static_cast<std::int64_t>(content.size()) == message.payload.count);
    for (std::size_t i = 0; i < content.size(); ++i) {
      double& scalar = own[static_cast<std::size_t>(message.payload.offset) + i];
      scalar = add ? scalar + content[i] : content[i];
    }
  }
  std::vector<std::vector<double>> gradients_;
  std::vector<std::vector<double>> exchanged_;
  std::vector<std::vector<double>> contents_;
};

// How the workers are divided into groups of equal size.
struct Groups {
  int count = 1;
  bool strided = false;  // rank r is in group r mod count, else in group r / (P / count)

  [[nodiscard]] Group of(Rank rank, int workers) const {
    if (strided) return {rank % count, workers / count, count};
    const int size = workers / count;
    return {rank / size * size, size, 1};
  }
};

std::int64_t count_under_test = 0;
Groups groups_under_test;
const Collective* collective_under_test = nullptr;

// An algorithm that does one collective and nothing else.
Program one_collective(Worker& worker) {
  const Collective& collective = *collective_under_test;
  const Payload all{Buffer::gradients, 0, count_under_test};
  if (worker.is_server()) return collective.serve(worker, all, 0);
  if (groups_under_test.count == 1) return collective.program(worker, all, 0);
  const Group group = groups_under_test.of(worker.rank(), worker.workers());
  return collective.group_program(worker, group, all, 0);
}

struct Case {
  std::string kind;
  int workers;
  int servers = 1;
  bool colocated = false;
  std::int64_t count = 0;
  std::string topology = "star";
  Sharing sharing = Sharing::max_min;
  Groups groups = {};
};

Setup setup_of(const Case& chosen) {
  const bool through_servers = find_collective(chosen.kind)->through_servers;
  const int dedicated = through_servers && !chosen.colocated ? chosen.servers : 0;
  Setup setup =
      testing::RunOf{
          .topology = chosen.topology,
          .hosts = chosen.workers + dedicated,
          .sharing = chosen.sharing,
          .kind = "sync_sgd",
          .options = {{"allreduce", through_servers ? chosen.kind : "ring"},
                      {"servers", std::int64_t{chosen.servers}},
                      {"placement", std::string(chosen.colocated ? "colocated" : "dedicated")}}}
          .setup();
  static Algorithm alone = *find_algorithm("sync_sgd");
  alone.program = one_collective;
  setup.algorithm = &alone;
  count_under_test = chosen.count;
  groups_under_test = chosen.groups;
  collective_under_test = find_collective(chosen.kind);
  return setup;
}

// The scalar at `i` of its vector that `rank` must have afterwards: of its own block only after a
// reduce-scatter.
double expected_value(CollectiveOperation operation, Group group, std::int64_t count,
                      std::int64_t i) {
  if (operation == CollectiveOperation::broadcast) return first_value(group.first, i);
  if (operation == CollectiveOperation::allgather) {
    int owner = 0;
    while (i >= block_offset(count, group.count, owner) + block_count(count, group.count, owner))
      ++owner;
    return first_value(group.rank_of(owner), i);
  }
  double sum = 0;
  for (int index = 0; index < group.count; ++index) sum += first_value(group.rank_of(index), i);
  return sum;
}

void check_values(const Vectors& vectors, Rank rank, Group group, std::int64_t count) {
  const CollectiveOperation operation = collective_under_test->operation;
  const int index = group.index_of(rank);
  const std::int64_t own = block_offset(count, group.count, index);
  const std::int64_t mine = block_count(count, group.count, index);
  int wrong = 0;
  if (operation == CollectiveOperation::alltoall) {
    for (int from = 0; from < group.count; ++from)
      for (std::int64_t i = 0; i < mine && from != index; ++i)
        wrong += vectors.exchanged(rank)[static_cast<std::size_t>(from * mine + i)] ==
                         first_value(group.rank_of(from), own + i)
                     ? 0
                     : 1;
  } else {
    const bool scattered = operation == CollectiveOperation::reduce_scatter;
    for (std::int64_t i = scattered ? own : 0; i < (scattered ? own + mine : count); ++i)
      wrong += vectors.of(rank)[static_cast<std::size_t>(i)] ==
                       expected_value(operation, group, count, i)
                   ? 0
                   : 1;
  }
  CAPTURE(rank);
  CHECK(wrong == 0);
}

void check_collective(const Case& chosen) {
  CAPTURE(chosen.kind);
  CAPTURE(chosen.workers);
  CAPTURE(chosen.servers);
  CAPTURE(chosen.colocated);
  CAPTURE(chosen.count);
  CAPTURE(chosen.topology);
  CAPTURE(static_cast<int>(chosen.sharing));
  CAPTURE(chosen.groups.count);
  CAPTURE(chosen.groups.strided);
  const Setup setup = setup_of(chosen);
  Vectors vectors(setup.ranks(), chosen.count);
  const Simulated simulated = simulate(setup, {}, {.numbers = &vectors});
  REQUIRE(simulated.outcome.finished());

  for (Rank rank = 0; rank < setup.workers; ++rank)
    check_values(vectors, rank, chosen.groups.of(rank, chosen.workers), chosen.count);

  const Collective& collective = *collective_under_test;
  const Group group = chosen.groups.of(0, chosen.workers);
  const Scalars vector = setup.mlp.scalars(ScalarKind::gradient, chosen.count);
  const CollectiveCounts counts = collective.group_counts(setup, group, vector);
  CHECK(simulated.bytes == chosen.groups.count * counts.bytes);
  CHECK(simulated.messages == chosen.groups.count * counts.messages);
  CHECK(simulated.flops[ComputeKind::reduce] == chosen.groups.count * counts.reduce_flops);
  CHECK(simulated.flops.total() == chosen.groups.count * counts.reduce_flops);

  NetworkView network(setup);
  if (chosen.groups.count > 1 && !network.uniform()) return;  // groups may share links
  const ClaimedTime claimed = collective.group_duration(setup, network, group, vector);
  const double simulated_s = simulated.makespan.seconds();
  const double tolerance_s = 1e-9 * simulated_s + 1e-12 * (2 * setup.ranks() + 10);
  CAPTURE(simulated_s);
  CAPTURE(claimed.seconds);
  if (claimed.claim == TimeClaim::exact)
    CHECK(std::abs(simulated_s - claimed.seconds) <= tolerance_s);
  if (claimed.claim == TimeClaim::lower_bound) CHECK(simulated_s >= claimed.seconds - tolerance_s);
  if (claimed.claim == TimeClaim::upper_bound) CHECK(simulated_s <= claimed.seconds + tolerance_s);
}

}  // namespace

TEST_CASE(
    "collectives: every rank ends with what it should, counts and times are those of the closed "
    "form") {
  // Sizes below, at and above the number of ranks, that divide and that do not.
  constexpr int most_workers = lockstep::testing::sanitized ? 17 : 33;
  for (const Collective* collective : collectives())
    for (int workers = 1; workers <= most_workers; ++workers)
      for (const std::int64_t count :
           {std::int64_t{1}, std::int64_t{97}, std::int64_t{32 * 31}, std::int64_t{workers * 10}}) {
        const std::string kind(collective->kind);
        check_collective({.kind = kind, .workers = workers, .count = count});
        if (!collective->through_servers) continue;
        check_collective({.kind = kind, .workers = workers, .colocated = true, .count = count});
      }
}

TEST_CASE("collectives: sharded servers sum blocks, dedicated or beside the workers") {
  for (const int workers : {1, 2, 3, 5, 8, 13})
    for (const int servers : {1, 2, 3, 7, 13})
      for (const bool colocated : {false, true}) {
        if (colocated && servers > workers) continue;
        check_collective({.kind = "sharded_server",
                          .workers = workers,
                          .servers = servers,
                          .colocated = colocated,
                          .count = 97});
      }
}

TEST_CASE("collectives: hold on every topology and under every sharing rule") {
  for (const Collective* collective : collectives())
    for (const char* topology : {"star", "fully_connected", "ring"})
      for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min})
        for (const int workers : {2, 3, 4, 6, 9})
          check_collective({.kind = std::string(collective->kind),
                            .workers = workers,
                            .count = 1000,
                            .topology = topology,
                            .sharing = sharing});
}

TEST_CASE(
    "collectives: groups of neighbours and groups across them do not mix or hold each other up") {
  for (const Collective* collective : collectives()) {
    if (collective->through_servers) continue;
    for (const int workers : {1, 2, 4, 6, 12, 15, 24})
      for (int groups = 1; groups <= workers; ++groups)
        for (const bool strided : {false, true})
          for (const char* topology : {"star", "ring"}) {
            if (workers % groups != 0) continue;
            check_collective({.kind = std::string(collective->kind),
                              .workers = workers,
                              .count = 97,
                              .topology = topology,
                              .groups = {groups, strided}});
          }
  }
}

TEST_CASE("collectives: times are the published ones where ranks divide the vector") {
  // P = 8, n = 8000 scalars of 4 bytes = 32,000 bytes, alpha = 2 x 10 us, beta = 1 / 1.25e9 s,
  // gamma = 1 / 1e12 s per scalar and 1 us of overhead a fold.
  // Thakur, Rabenseifner and Gropp (2005):
  const double alpha = 20e-6;
  const double n_beta = 32'000 / 1.25e9;
  const auto fold = [](double scalars) { return scalars / 1e12 + 1e-6; };
  const auto time_of = [](const char* kind) {
    const Setup setup = setup_of({.kind = kind, .workers = 8, .count = 8000});
    return simulate(setup).makespan.seconds();
  };
  // ring: 2 (P-1) alpha + 2 (P-1)/P n beta + (P-1) folds of n/P
  CHECK(time_of("ring") ==
        doctest::Approx(14 * alpha + 14.0 / 8 * n_beta + 7 * fold(1000)).epsilon(1e-6));
  // recursive doubling: log2 P (alpha + n beta + fold of n)
  CHECK(time_of("recursive_doubling") ==
        doctest::Approx(3 * (alpha + n_beta + fold(8000))).epsilon(1e-6));
  // Rabenseifner: 2 log2 P alpha + 2 (P-1)/P n beta + folds of n/2, n/4, n/8
  CHECK(time_of("halving_doubling") ==
        doctest::Approx(6 * alpha + 14.0 / 8 * n_beta + fold(4000) + fold(2000) + fold(1000))
            .epsilon(1e-6));
  // binomial tree: log2 P (alpha + n beta + fold of n) up, log2 P (alpha + n beta) down
  CHECK(time_of("tree") == doctest::Approx(6 * (alpha + n_beta) + 3 * fold(8000)).epsilon(1e-6));
  // hierarchical, g = 2 and q = 4: 2 (g-1) (alpha + n/g beta) and 2 (q-1) (alpha + n/P beta), folds
  // of n/g and n/P
  CHECK(time_of("hierarchical") == doctest::Approx(2 * (alpha + n_beta / 2) + fold(4000) +
                                                   6 * (alpha + n_beta / 8) + 3 * fold(1000))
                                       .epsilon(1e-6));
  // ring halves: (P-1) alpha + (P-1)/P n beta, and (P-1) folds of n/P for the sum
  CHECK(time_of("reduce_scatter") ==
        doctest::Approx(7 * alpha + 7.0 / 8 * n_beta + 7 * fold(1000)).epsilon(1e-6));
  CHECK(time_of("allgather") == doctest::Approx(7 * alpha + 7.0 / 8 * n_beta).epsilon(1e-6));
  // binomial broadcast: log2 P (alpha + n beta)
  CHECK(time_of("broadcast") == doctest::Approx(3 * (alpha + n_beta)).epsilon(1e-6));
  // pairwise exchange: (P-1) (alpha + n/P beta)
  CHECK(time_of("alltoall") == doctest::Approx(7 * alpha + 7.0 / 8 * n_beta).epsilon(1e-6));
  // star: all P gradients share the server's link, P-1 are folded, P results share it again
  CHECK(time_of("star") ==
        doctest::Approx(2 * (alpha + 8 * n_beta) + 7 * fold(8000)).epsilon(1e-6));
}

TEST_CASE("collectives: a printed formula, with the numbers printed for its symbols, is the time") {
  for (const Collective* collective : collectives())
    for (const char* topology : {"star", "ring"})
      for (const Sharing sharing : {Sharing::max_min, Sharing::single_port})
        for (const int workers : {2, 3, 6, 8, 12}) {
          CAPTURE(collective->kind);
          CAPTURE(workers);
          const Setup setup = setup_of({.kind = std::string(collective->kind),
                                        .workers = workers,
                                        .servers = collective->kind == "star" ? 1 : 2,
                                        .count = 1001,
                                        .topology = topology,
                                        .sharing = sharing});
          NetworkView network(setup);
          const Scalars vector = setup.mlp.scalars(ScalarKind::gradient, 1001);
          const Formula formula = collective->formula(setup, network, vector);
          CAPTURE(formula.text());
          CHECK(testing::EvaluatedFormula(formula).value() ==
                testing::as_printed(collective->duration(setup, network, vector).seconds));
        }
}

TEST_CASE("collectives: the option allreduce offers the allreduces of the registry, in its order") {
  std::vector<std::string_view> registered;
  for (const Collective* collective : collectives())
    if (collective->operation == CollectiveOperation::allreduce)
      registered.push_back(collective->kind);
  CHECK(std::vector<std::string_view>(allreduces.begin(), allreduces.end()) == registered);
  std::erase_if(registered,
                [](std::string_view kind) { return find_collective(kind)->through_servers; });
  CHECK(std::vector<std::string_view>(peer_allreduces.begin(), peer_allreduces.end()) ==
        registered);
}

}  // namespace lockstep::models
