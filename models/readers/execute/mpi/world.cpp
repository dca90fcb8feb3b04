#include "models/readers/execute/mpi/world.hpp"

#include <mpi.h>
#include <unistd.h>

#include "models/readers/execute/mpi/letters.hpp"

namespace lockstep::models {

MpiWorld::MpiWorld() {
  MPI_Init(nullptr, nullptr);
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

void MpiWorld::abort(int exit_code) const {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  _exit(exit_code);
}

}  // namespace lockstep::models
