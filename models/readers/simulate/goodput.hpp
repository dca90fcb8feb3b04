// What failures cost a synchronous run: it stops, goes back to its last checkpoint and does the
// work since then again.
//
// A run of N iterations of d seconds each writes a checkpoint, in w seconds, after every k of them
// but not at the end. When a worker fails, at whatever moment, all stop; after the repair and the
// reading of the last checkpoint, the run goes on from that checkpoint. A failure during the repair
// or the reading starts both again. Workers fail independently of each other, after exponentially
// distributed times from a random stream for each (seed, host), or at given times. Dedicated
// servers count as workers here.
//
// Young: "A first order approximation to the optimum checkpoint interval", CACM 17 (1974): the best
// interval is sqrt(2 w M), where M is the mean time between failures of any worker. Daly: "A
// higher order estimate of the optimum checkpoint interval for restart dumps", FGCS 22 (2006),
// equations 20 (the total time) and 37 (the interval).
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "models/language/setup.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

inline constexpr double never_s = std::numeric_limits<double>::infinity();

// A failure of a host at a given time of the wall clock. It stops a synchronous run that needs the
// host; other runs go on without it until it is repaired.
struct GivenFailure {
  double at_s = 0;
  topologies::HostIndex host = 0;
};
// A failure of a link, which carries nothing until it is repaired. No run stops for it.
struct GivenLinkFailure {
  double at_s = 0;
  topologies::LinkIndex link = 0;
};

// Where the random streams of hosts and of links begin.
inline constexpr std::uint64_t first_stream_of_failures = std::uint64_t{1} << 34U;
inline constexpr std::uint64_t first_stream_of_link_failures = std::uint64_t{1} << 35U;

struct Failures {
  // Of one host that the run needs: the mean time for which it works until it fails. Infinite: only
  // `given` failures.
  double mean_time_between_s = never_s;
  std::vector<GivenFailure> given = {};  // ascending
  double repair_s = 0;                   // until the worker, or another in its place, is ready
  // Likewise of one link.
  double link_mean_time_between_s = never_s;
  std::vector<GivenLinkFailure> given_links = {};
  double link_repair_s = 0;
  // Synchronous runs go on with the workers that are left, where they can (`elastic.hpp`).
  bool elastic = false;
  double reconfigure_s = 0;  // elastic: until another number of workers goes on
};

// What failures took from a run that went on, summed over hosts.
struct OutageLosses {
  std::int64_t failures = 0;  // of hosts
  std::int64_t link_failures = 0;
  double lost_s = 0;  // computing that failures undid
  double down_s = 0;  // repairs
};

struct Checkpointing {
  enum class Interval : std::uint8_t { none, iterations, seconds, young_daly };
  Interval interval = Interval::none;
  std::int64_t iterations = 0;  // Interval::iterations: between two checkpoints
  double seconds = 0;           // Interval::seconds: of work between two checkpoints
  double write_s = 0;
  double read_s = 0;
  // How many iterations the whole training has, if it is longer than the simulated run, whose mean
  // iteration then stands for all; 0: as many as the run.
  std::int64_t total_iterations = 0;
  // Above 0: writing and reading each take `checkpoint_bytes` / `bytes_per_s` more.
  double bytes_per_s = 0;
};

// What the wall clock's time is spent on, in seconds.
struct Goodput {
  double wall_s = 0;  // the sum of the four that follow; infinite if the training never ends
  double useful_s = 0;
  double lost_s = 0;        // work, and writing, that failures undid
  double checkpoint_s = 0;  // writing that was not undone
  double restart_s = 0;     // repair, reading, and filling a pipeline again
  std::int64_t failures = 0;
  std::int64_t iterations = 0;           // of the whole training
  std::int64_t interval_iterations = 0;  // between checkpoints; 0: none is written
  double interval_s = 0;                 // the same in seconds of work
  double mean_time_between_s = 0;        // of failures of any worker; infinite if none are random
  // What Daly's equation 20 expects of random failures; infinite if none are random.
  double expected_wall_s = 0;

  [[nodiscard]] double efficiency() const { return wall_s > 0 ? useful_s / wall_s : 0; }
};

// A stretch of the wall clock during which a run gets on, or stands still: it writes, is repaired,
// or reads.
struct Stretch {
  double begin_s = 0;
  double end_s = 0;
  double work_s = 0;  // how far the run is at `begin_s`, on the clock of a run without failures
  bool gets_on = false;
};
// Returns how far a run is at `wall_s`. Its stretches follow each other from 0 on.
[[nodiscard]] double work_at_s(const std::vector<Stretch>& stretches, double wall_s);

// Returns the interval that Daly's equation 37 recommends, in seconds of work; infinite without
// failures.
[[nodiscard]] double daly_interval_s(double write_s, double mean_time_between_s);
// Returns the expected total time of `work_s` seconds of work, in seconds, by Daly's equation 20;
// infinite if the mean time between failures is.
[[nodiscard]] double daly_wall_s(double work_s, double interval_s, double write_s, double restart_s,
                                 double mean_time_between_s);

// Returns the bytes of a checkpoint: the parameters and what the optimizer keeps for them, once.
[[nodiscard]] Count checkpoint_bytes(const Setup& setup);

// Whether the run of an algorithm stops when one of its workers does. Asynchronous algorithms and
// gossip go on without it (`outages.hpp`).
[[nodiscard]] bool stops_with_a_worker(const Setup& setup);

// Returns what failures and checkpoints make of a training whose simulated run takes `run_s`
// without them, `fill_s` of which fill a pipeline that is never flushed; it is filled again after
// each restart. A training is taken never to end after more than a million failures. `stretches`,
// if given, gets the whole course of a training that is as long as the simulated run.
[[nodiscard]] Goodput goodput_of(const Setup& setup, double run_s, const Failures& failures,
                                 Checkpointing checkpointing, double fill_s = 0,
                                 std::vector<Stretch>* stretches = nullptr);
// Returns the same of a run that goes on without hosts that fail: `run_s` without failures and
// `wall_s` with them. Repairs are a mean over the hosts; what is left is lost, as work that is done
// again or as waiting for it.
[[nodiscard]] Goodput goodput_beside_failures(const Setup& setup, double run_s, double wall_s,
                                              const OutageLosses& losses, const Failures& failures);

}  // namespace lockstep::models
