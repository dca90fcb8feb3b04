// Messages of floats between processes. Nothing here blocks: a caller that waits has to poll.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace lockstep::models {

struct Letter {
  int source = 0;
  int tag = 0;
  std::vector<float> content;
};

// Called when a connection broke because the other process, or its machine, is gone. The launcher
// then ends this process too; if it does not, this function does.
[[noreturn]] void end_without_peer();
// Checks the result of an MPI call, whose errors are only ever those of peers.
inline void check_mpi(int code) {
  if (code != MPI_SUCCESS) [[unlikely]]
    end_without_peer();
}

[[nodiscard]] bool is_done(MPI_Request& request);

class Letters {
 public:
  explicit Letters(MPI_Comm comm) : comm_(comm) {}

  void send(int to, int tag, std::vector<float> content);
  // Returns the next letter that has arrived in full, if any. Letters of one source come in the
  // order in which it sent them.
  [[nodiscard]] std::optional<Letter> take();
  // Whether the buffers of all that was sent are free again; most likely, the receivers have it
  // then.
  [[nodiscard]] bool all_are_gone();

 private:
  struct Going {
    std::vector<float> content;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  struct Coming {
    Letter letter;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void look();

  MPI_Comm comm_;
  std::list<Going> going_;  // a list, whose addresses stay
  std::list<Coming> coming_;
};

// Waits between polls: not at all at first, then by yielding to other processes, then asleep for
// longer and longer, up to a millisecond. Many ranks may share a core.
class Patience {
 public:
  void wait();
  void reset() { looks_ = 0; }

 private:
  int looks_ = 0;
};

}  // namespace lockstep::models
