// Requests of a training process to the operating system. It is no fault if one is refused: runs
// are then slower or less even, but their results are the same.
#pragma once

namespace lockstep::models {

// Keeps freed memory for later messages, which come and go by the thousand. If it went back to the
// system, that would fetch and clear new pages every time.
void keep_freed_memory();

// Keeps this thread on one of the process's cores, number `core` modulo their count. Otherwise two
// ranks that talk to each other often end up on one core beside an idle one.
void keep_on_core(int core);

}  // namespace lockstep::models
