#include "models/readers/execute/mpi/letters.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include "sim/base/check.hpp"

namespace lockstep::models {

void end_without_peer() {
  constexpr std::chrono::seconds for_launcher(5);
  constexpr int unfinished = 3;
  std::this_thread::sleep_for(for_launcher);
  fmt::print(stderr, "lockstep: another rank was lost\n");
  _exit(unfinished);
}

bool is_done(MPI_Request& request) {
  int done = 0;
  check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
  return done != 0;
}

void Letters::send(int to, int tag, std::vector<float> content) {
  check(content.size() <= std::numeric_limits<int>::max(), "a message of {} scalars is too long",
        content.size());
  Going& going = going_.emplace_back(std::move(content));
  check_mpi(MPI_Isend(going.content.data(), static_cast<int>(going.content.size()), MPI_FLOAT, to,
                      tag, comm_, &going.request));
}

void Letters::look() {
  going_.remove_if([](Going& going) { return is_done(going.request); });
  while (true) {
    int found = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &found, &message, &status));
    if (found == 0) break;
    int count = 0;
    check_mpi(MPI_Get_count(&status, MPI_FLOAT, &count));
    Coming& coming = coming_.emplace_back();
    coming.letter = {status.MPI_SOURCE, status.MPI_TAG,
                     std::vector<float>(static_cast<std::size_t>(count))};
    check_mpi(
        MPI_Imrecv(coming.letter.content.data(), count, MPI_FLOAT, &message, &coming.request));
  }
}

std::optional<Letter> Letters::take() {
  look();
  std::vector<int> held_up;  // sources of which something older is still coming
  for (auto coming = coming_.begin(); coming != coming_.end(); ++coming) {
    const int source = coming->letter.source;
    const bool next = std::find(held_up.begin(), held_up.end(), source) == held_up.end();
    if (next && is_done(coming->request)) {
      Letter letter = std::move(coming->letter);
      coming_.erase(coming);
      return letter;
    }
    held_up.push_back(source);
  }
  return std::nullopt;
}

bool Letters::all_are_gone() {
  look();
  return going_.empty();
}

void Patience::wait() {
  constexpr int at_once = 50;
  constexpr int by_turns = 200;
  constexpr std::chrono::microseconds longest(1000);
  ++looks_;
  if (looks_ <= at_once) return;
  if (looks_ <= by_turns) return std::this_thread::yield();
  std::this_thread::sleep_for(std::min(std::chrono::microseconds(looks_ - by_turns), longest));
}

}  // namespace lockstep::models
