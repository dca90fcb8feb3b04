// Words and units of a sweep's figures, whose names in the lines of JSON are keys (docs/sweep.md).

interface Words {
  words: string;
  unit?: string;
}

const known: Record<string, Words> = {
  workers: { words: "workers" },
  servers: { words: "servers" },
  hosts: { words: "hosts used" },
  iterations: { words: "iterations" },
  global_batch: { words: "mini-batch of all workers", unit: "samples" },
  time_per_iteration_s: { words: "time per iteration", unit: "s" },
  samples_per_s: { words: "throughput", unit: "samples/s" },
  speedup: { words: "speed-up over one device" },
  efficiency: { words: "efficiency: speed-up per host" },
  analytic_time_s: { words: "time of the run, closed form", unit: "s" },
  memory_bytes_per_worker: { words: "memory of a worker", unit: "B" },
  simulated_time_s: { words: "time of the run, simulated", unit: "s" },
  wall_s: { words: "time of the run with failures", unit: "s" },
  flops: { words: "FLOPs of all ranks", unit: "FLOP" },
  bytes: { words: "bytes sent", unit: "B" },
  messages: { words: "messages between hosts" },
  events: { words: "events of the simulation" },
  staleness_mean: { words: "staleness of gradients, mean", unit: "updates" },
  staleness_max: { words: "staleness of gradients, most", unit: "updates" },
  compute_s: { words: "a worker's device computes", unit: "s" },
  communication_s: { words: "a worker's messages are under way", unit: "s" },
  exposed_communication_s: { words: "a worker waits for messages", unit: "s" },
  idle_s: { words: "a worker is idle", unit: "s" },
  flows: { words: "raw flows" },
};

// A key that a newer program may write is its own words.
export const isKnown = (key: string): boolean => Object.hasOwn(known, key);
export const figureWords = (key: string): string => (isKnown(key) ? known[key].words : key);

// "time per iteration (s)"
export function figureTitle(key: string): string {
  const unit = isKnown(key) ? known[key].unit : undefined;
  return unit === undefined ? figureWords(key) : `${figureWords(key)} (${unit})`;
}
