#include "models/readers/execute/mpi/world.hpp"

#include <mpi.h>
#include <unistd.h>

#include "models/readers/execute/mpi/letters.hpp"

namespace lockstep::models {

namespace {

constexpr int of_text = 3;  // a tag; runs have communicators of their own

}  // namespace

// Only one thread of a process calls MPI; others may compute.
MpiWorld::MpiWorld() {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

MpiWorld::~MpiWorld() { MPI_Finalize(); }

std::vector<std::int64_t> MpiWorld::all_say(std::int64_t value) const {
  std::vector<std::int64_t> said(static_cast<std::size_t>(size_));
  check_mpi(MPI_Allgather(&value, 1, MPI_INT64_T, said.data(), 1, MPI_INT64_T, MPI_COMM_WORLD));
  return said;
}

void MpiWorld::take_from_first(std::span<std::int64_t> numbers) const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibcast(numbers.data(), static_cast<int>(numbers.size()), MPI_INT64_T, 0,
                       MPI_COMM_WORLD, &request));
  Patience patience;
  while (!is_done(request)) patience.wait();
}

void MpiWorld::send_text(int to, const std::string& text) const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, of_text,
                      MPI_COMM_WORLD, &request));
  Patience patience;
  while (!is_done(request)) patience.wait();
}

std::optional<std::pair<int, std::string>> MpiWorld::take_text() const {
  int found = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Improbe(MPI_ANY_SOURCE, of_text, MPI_COMM_WORLD, &found, &message, &status));
  if (found == 0) return std::nullopt;
  int count = 0;
  check_mpi(MPI_Get_count(&status, MPI_CHAR, &count));
  std::pair<int, std::string> from(status.MPI_SOURCE,
                                   std::string(static_cast<std::size_t>(count), ' '));
  check_mpi(MPI_Mrecv(from.second.data(), count, MPI_CHAR, &message, MPI_STATUS_IGNORE));
  return from;
}

void MpiWorld::abort(int exit_code) const {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  _exit(exit_code);
}

}  // namespace lockstep::models
