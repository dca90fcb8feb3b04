// What a process that trains asks of the operating system. Where that does not grant it, it is no
// fault: runs are slower or less even, and their results the same.
#pragma once

namespace lockstep::models {

// Messages come and go by the thousand: what they free goes to the next ones, not back to the
// system, which would fetch and clear new pages every time.
void keep_freed_memory();

// This thread stays on one of the process's cores, number `core` modulo how many there are. Else
// two ranks that talk to each other often end up on one core beside an idle one.
void keep_on_core(int core);

}  // namespace lockstep::models
