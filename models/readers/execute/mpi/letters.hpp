// Messages of floats between processes. Nothing here blocks: whoever waits looks again.
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

// A connection broke: the other process, or its machine, is gone, and the launcher ends this one
// too. Ends it here if the launcher does not.
[[noreturn]] void end_without_peer();
// Of a call of MPI, whose errors are only ever those of peers.
inline void check_mpi(int code) {
  if (code != MPI_SUCCESS) [[unlikely]]
    end_without_peer();
}

[[nodiscard]] bool is_done(MPI_Request& request);

class Letters {
 public:
  explicit Letters(MPI_Comm comm) : comm_(comm) {}

  void send(int to, int tag, std::vector<float> content);
  // The next one that has arrived in full; those of one source in the order in which it sent them.
  [[nodiscard]] std::optional<Letter> take();
  // Of all that was sent the buffers are free again: most likely, the others have it.
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
  std::list<Going> going_;  // whose addresses stay
  std::list<Coming> coming_;
};

// Between looks: at once at first, then by turns with other processes, then asleep for longer and
// longer, up to a millisecond. Many ranks may share a core.
class Patience {
 public:
  void wait();
  void reset() { looks_ = 0; }

 private:
  int looks_ = 0;
};

}  // namespace lockstep::models
