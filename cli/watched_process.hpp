// A rank's process and its watcher: an MPI launcher ends a job with the exit code of the first
// process that failed, and one that was killed has no code of ours. So what the launcher starts is
// a watcher, which says which rank was lost, and ends with a code that means so.
#pragma once

namespace lockstep::cli {

// Goes on in a child process. This one waits, and ends as the child does, with exit code 3 if that
// was lost; what asks this one to end is passed on. Linux kills the child if this one is killed.
void go_on_watched();

// Called in the child: what the watcher calls it.
void tell_watcher_rank(int rank);

}  // namespace lockstep::cli
