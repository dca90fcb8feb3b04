// A rank's process and its watcher: an MPI launcher ends a job with the exit code of the first
// process that failed, and one that was killed has no code of ours. So the launcher starts a
// watcher, which says which rank was lost and ends with a code that means this.
#pragma once

namespace lockstep::cli {

// Goes on in a child process. The parent waits and ends as the child does, with exit code 3 if the
// child was lost; signals that ask the parent to end are passed on. Linux kills the child if the
// parent is killed.
void go_on_watched();

// Called in the child, to tell the watcher its rank.
void tell_watcher_rank(int rank);

}  // namespace lockstep::cli
