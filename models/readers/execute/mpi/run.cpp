// One process a rank: what it does in a run, and how rank 0 comes to know what all did.
#include <mpi.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/readers/execute/mpi/letters.hpp"
#include "models/readers/execute/mpi/packed_result.hpp"
#include "models/readers/execute/mpi/world.hpp"
#include "models/readers/execute/rank_result.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

using Clock = RankTimes::Clock;

// Tags of MPI; those of programs travel inside messages.
constexpr int of_program = 0;
constexpr int of_result = 1;
constexpr int of_stop = 2;

// A message stands behind the numbers that it carries: sent and received, they are one buffer.
constexpr std::size_t message_floats = sizeof(Message) / sizeof(float);
static_assert(std::is_trivially_copyable_v<Message> && sizeof(Message) % sizeof(float) == 0);

std::vector<float> joined(const Message& message, std::vector<float> content) {
  const std::size_t count = content.size();
  content.resize(count + message_floats);
  std::memcpy(content.data() + count, &message, sizeof(Message));
  return content;
}

Message split_off_message(std::vector<float>& content) {
  check(content.size() >= message_floats, "a letter of {} scalars", content.size());
  Message message;
  const std::size_t count = content.size() - message_floats;
  std::memcpy(static_cast<void*>(&message), content.data() + count, sizeof(Message));
  content.resize(count);
  return message;
}

// What rank 0 needs of a rank, in whole floats.
std::vector<float> packed(RankResult& result, RankModel model) {
  PackedWriter writer;
  pack(writer, result);
  pack(writer, model);
  const std::vector<std::byte> bytes = writer.take();
  std::vector<float> floats((bytes.size() + sizeof(float) - 1) / sizeof(float));
  std::memcpy(floats.data(), bytes.data(), bytes.size());
  return floats;
}

MPI_Comm all_processes() {
  MPI_Comm all = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &all));
  return all;
}

// Null on servers: barriers are for workers.
MPI_Comm workers_of(const Setup& setup, int rank) {
  MPI_Comm workers = MPI_COMM_NULL;
  check_mpi(
      MPI_Comm_split(MPI_COMM_WORLD, setup.is_server(rank) ? MPI_UNDEFINED : 0, rank, &workers));
  return workers;
}

class MpiRun final : public Communicator {
 public:
  MpiRun(const Problem& problem, const MpiWorld& world, const std::atomic<bool>* stop)
      : problem_(&problem),
        world_(&world),
        stop_(stop),
        run_(problem, world.rank(), *this, nullptr, nullptr, &order_),
        results_(static_cast<std::size_t>(world.size())),
        sent_(results_.size(), 0),
        taken_(results_.size(), 0),
        expected_(results_.size(), 0),
        all_(all_processes()),
        workers_(workers_of(*problem.setup, world.rank())),
        letters_(all_) {}

  // If it is stopped, requests are left open, and so are the communicators.
  Executed run() {
    RankResult mine = train();
    if (!take_the_rest() || !gather(packed(mine, run_.numbers().rank_model()))) return {};
    if (workers_ != MPI_COMM_NULL) check_mpi(MPI_Comm_free(&workers_));
    check_mpi(MPI_Comm_free(&all_));
    return result();
  }

  void send(Rank to, const Message& message, std::vector<float> content) override {
    if (is_summed_on_the_way(message)) return sum(message, std::move(content));
    ++sent_[static_cast<std::size_t>(to)];
    letters_.send(to, of_program, joined(message, std::move(content)));
  }

  std::int64_t barriers_passed() override {
    if (barrier_ != MPI_REQUEST_NULL && is_done(barrier_)) ++barriers_passed_;
    return barriers_passed_;
  }
  void arrive_at_barrier(Rank /*rank*/) override {
    check(barrier_ == MPI_REQUEST_NULL, "a rank is at two barriers at once");
    check_mpi(MPI_Ibarrier(workers_, &barrier_));
  }
  // MPI moves what is under way only while it is called.
  void between_operations(RankRun& /*run*/) override { (void)take_letters(); }

 private:
  RankResult train() {
    const Clock::time_point begin = Clock::now();
    double wait_s = 0;
    run_.advance(stop_);
    while (!run_.ended() && !stopped()) {
      const Clock::time_point idle = Clock::now();
      (void)until(
          [&, passed = barriers_passed_] { return take_letters() || barriers_passed() > passed; });
      wait_s += seconds_since(idle);
      run_.advance(stop_);
    }
    return rank_result(run_, begin, wait_s, std::move(order_));
  }

  // What others have sent and nobody waited for.
  bool take_the_rest() {
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Ialltoall(sent_.data(), 1, MPI_INT64_T, expected_.data(), 1, MPI_INT64_T, all_,
                            &request));
    const bool known = until([&] {
      (void)take_letters();
      return is_done(request);
    });
    return known && until([&] {
             (void)take_letters();
             return taken_ == expected_ && letters_.all_are_gone();
           });
  }

  bool gather(std::vector<float> mine) {
    if (world_->rank() != 0) {
      letters_.send(0, of_result, std::move(mine));
      return until([&] { return letters_.all_are_gone(); });
    }
    results_.front() = std::move(mine);
    return until([&] {
      (void)take_letters();
      return std::all_of(results_.begin(), results_.end(),
                         [](const std::vector<float>& one) { return !one.empty(); });
    });
  }

  Executed result() {
    Executed all;
    all.finished = true;
    if (world_->rank() != 0) return all;
    std::vector<RankResult> ranks(results_.size());
    std::deque<RankNumbers> numbers;
    for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
      PackedReader reader(std::as_bytes(std::span(results_[rank])));
      RankModel model;
      pack(reader, ranks[rank]);
      pack(reader, model);
      numbers.emplace_back(*problem_, static_cast<Rank>(rank), std::move(model));
    }
    all = executed_of(*problem_, std::move(ranks), [&](Rank rank) -> RankNumbers& {
      return numbers[static_cast<std::size_t>(rank)];
    });
    all.transport = Transport::mpi;
    return all;
  }

  // Blocks, as it does where it is used: a stop waits for it too.
  void sum(const Message& message, std::vector<float> content) {
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, content.data(), static_cast<int>(content.size()),
                            MPI_FLOAT, MPI_SUM, workers_));
    sums_.emplace_back(message, std::move(content));
  }

  // Whether there were any.
  bool take_letters() {
    bool any = !sums_.empty();
    for (auto& [message, content] : std::exchange(sums_, {}))
      run_.deliver(message, std::move(content));
    while (std::optional<Letter> letter = letters_.take()) {
      any = true;
      take(*letter);
    }
    return any;
  }

  void take(Letter& letter) {
    const auto source = static_cast<std::size_t>(letter.source);
    if (letter.tag == of_stop) {
      told_to_stop_ = true;
    } else if (letter.tag == of_result) {
      results_[source] = std::move(letter.content);
    } else {
      ++taken_[source];
      const Message message = split_off_message(letter.content);
      run_.deliver(message, std::move(letter.content));
    }
  }

  // Looks again and again; false if the run is stopped before.
  template <class Done>
  bool until(const Done& done) {
    Patience patience;
    while (!stopped()) {
      if (done()) return true;
      patience.wait();
    }
    return false;
  }

  // A stop of one is a stop of all.
  bool stopped() {
    if (told_to_stop_ || stop_ == nullptr || !stop_->load()) return told_to_stop_;
    told_to_stop_ = true;
    for (int other = 0; other < world_->size(); ++other)
      if (other != world_->rank()) letters_.send(other, of_stop, {});
    return true;
  }

  const Problem* problem_;
  const MpiWorld* world_;
  const std::atomic<bool>* stop_;
  RankOrder order_;
  RankRun run_;
  std::vector<std::vector<float>> results_;  // packed, by rank
  std::vector<std::int64_t> sent_;           // messages, by rank
  std::vector<std::int64_t> taken_;
  std::vector<std::int64_t> expected_;
  MPI_Comm all_;
  MPI_Comm workers_;
  Letters letters_;
  std::vector<std::pair<Message, std::vector<float>>> sums_;  // not delivered yet
  MPI_Request barrier_ = MPI_REQUEST_NULL;
  std::int64_t barriers_passed_ = 0;
  bool told_to_stop_ = false;
};

}  // namespace

Executed MpiWorld::execute(const Problem& problem, const std::atomic<bool>* stop) const {
  auto run = std::make_unique<MpiRun>(problem, *this, stop);
  Executed executed = run->run();
  // MPI may still read and write the buffers of a run that was stopped.
  if (!executed.finished) (void)run.release();
  return executed;
}

}  // namespace lockstep::models
