#include "models/readers/execute/system.hpp"

#include <malloc.h>
#include <sched.h>

namespace lockstep::models {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int largest = 512 * 1024 * 1024;
  (void)mallopt(M_MMAP_THRESHOLD, largest);
  (void)mallopt(M_TRIM_THRESHOLD, largest);
#endif
}

void keep_on_core(int core) {
#ifdef __linux__
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return;
  int left = core % CPU_COUNT(&usable);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &usable) || left-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
    return;
  }
#endif
}

}  // namespace lockstep::models
