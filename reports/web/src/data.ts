// What the program writes into the page: reports/page_data.cpp, and the report as the contract has it.

export interface HostUse {
  compute_s: number;
  communication_s: number;
  exposed_communication_s: number;
  idle_s: number;
}

export interface RankUse {
  wall_s: number;
  compute_s: number;
  communication_s: number;
  wait_s: number;
}

export interface Memory {
  parameters: number;
  gradients: number;
  activations: number;
  versions: number;
  buffers: number;
  total: number;
}

export interface Loss {
  time_s: number[];
  samples: number[];
  iterations: number[];
  loss: number[];
  accuracy: number[];
  diverged?: boolean;
  target?: { accuracy: number; reached: boolean; time_s?: number; samples?: number };
}

export type Part = "devices" | "bandwidth" | "latency" | "link_class" | "link" | "endpoints";

export interface Improvement {
  part: Part;
  factor: number;
  from?: string;
  to?: string;
  role?: string;
  bandwidth_bytes_per_s?: number;
  latency_s?: number;
  predicted_makespan_s: number;
  simulated_makespan_s?: number; // if it was simulated: with --critical-path
}

export interface CriticalPath {
  activities: number;
  seconds: Record<string, number>;
  links: { from: string; to: string; seconds: number }[];
  improvements: Improvement[];
  improvements_left_out?: string; // which, and why
}

export interface Run {
  algorithm: string;
  label: string;
  workers: number;
  servers?: number;
  analytic: {
    bytes: number;
    messages: number;
    time_s: number;
    time_is: string;
    bound?: string;
    leaves_out?: string;
    rough?: string;
    flops: { total: number };
    memory_bytes_per_worker: Memory;
    memory_bytes_per_server?: Memory;
    staleness: { mean: number; max: number; is: string };
    approximation: string;
  };
  simulated?: {
    makespan_s: number;
    samples_per_s: number;
    bytes: number;
    events?: number;
    flops?: { total: number };
    workers: HostUse[];
    staleness: { mean: number; max: number; histogram: number[] };
    bubble_rate?: number;
  };
  replicates?: {
    makespan_s: { mean: number; low: number; high: number };
    no_difference_from: string[];
  };
  goodput?: { wall_s: number | null; efficiency: number; failures: number };
  loss?: Loss;
  executed?: {
    wall_s: number;
    iteration_s: { median: number };
    bytes: number;
    flops?: { total: number };
    ranks: RankUse[];
    training_loss: number;
    final_loss: number;
    final_accuracy: number;
  };
  comparison?: {
    time_per_iteration_s: number;
    samples_per_s: number;
    speedup?: number;
    efficiency?: number;
    hosts: number;
  };
}

export interface Flow {
  from: string;
  to: string;
  bytes: number;
  start_s: number;
  finish_s: number;
}

// The answer in sentences; runs by their place in the report, the best one first.
export interface Verdict {
  text: string[];
  order?: number[]; // those that do not fit into memory come last
  best?: number;
}

export interface Report {
  schema: number;
  version: string;
  scenario: {
    name?: string;
    description?: string;
    training?: { iterations: number };
    algorithm?: Record<string, unknown>;
    algorithms?: Record<string, unknown>[];
  };
  interrupted?: boolean;
  warnings?: { pointer: string; message: string }[];
  verdict?: Verdict;
  runs?: Run[];
  traffic?: Flow[];
}

export interface Cluster {
  kind: string;
  nodes: { name: string; host: boolean }[];
  links: { from: number; to: number; bytes_per_s: number; latency_s: number }[];
  links_in_all: number;
}

// `packed` holds the spans: timeline/unpack.ts reads them.
export interface TimelineData {
  tick_s: number;
  makespan_s: number;
  ranks: string[];
  nodes?: number[]; // on which each rank runs: places in the cluster's nodes
  span_kinds: string[];
  buffers: string[];
  operations: number;
  messages: number;
  device_resolution_s: number;
  message_resolution_s: number;
  iteration_stride: number; // of iterations, the begins of every so many are there
  links: { from: string; to: string }[];
  packed: string;
}

export interface RunPicture {
  title: string;
  summary: string;
  when_to_use: string;
  source: string;
  formula: string;
  where: [symbol: string, value: string, words: string][];
  claim: string;
  worker_memory_limit_bytes: number | null;
  server_memory_limit_bytes: number | null;
  cluster: number;
  channels?: [number, boolean, number][]; // link, in its own direction, utilization
  timeline?: TimelineData;
  critical_path?: CriticalPath;
  critical_path_left_out?: string; // why there is none
}

export interface CheckedRun {
  label: string;
  point?: string; // of a sweep
  closed_form_s: number;
  simulated_s: number;
  measured_s: number;
  all_measured_s: number[];
  speed: number; // of the machine; 1: as when it was calibrated
  time_error: number; // at that speed
  noise?: number; // of the machine, between real runs
  counts: string;
  parameters: string;
  flops: number;
  bytes: number;
  messages: number;
  reason?: string;
}

// Of `lockstep check`.
export interface CheckDocument {
  version: string;
  tolerance: number;
  check: {
    median_time_error: number;
    worst_time_error: number;
    rank_correlation: number;
    pairs_apart: number;
    pairs_swapped: number;
    runs: CheckedRun[];
  };
}

// Of `lockstep sweep`: docs/sweep.md tells of the lines.
export interface SweepAxis {
  name: string; // a pointer, or the name of several that move together
  pointers: string[];
}

export interface SweepRun {
  label: string;
  error?: string;
  [figure: string]: number | string | boolean | undefined;
}

export interface SweepLine {
  point: number;
  at: Record<string, unknown>;
  runs?: SweepRun[];
  error?: string;
}

export interface SweepDocument {
  version: string;
  sweep: string; // which one
  points: number; // in all
  axes: SweepAxis[];
  lines: SweepLine[];
  scenario: { name?: string; description?: string };
}

export interface PageDocument {
  sentence: string;
  clusters: Cluster[];
  runs: RunPicture[];
  report: Report;
}

export function iterationsOf(document: PageDocument): number {
  return document.report.scenario.training?.iterations ?? 1;
}

// Seconds an iteration: of the simulation, else on the wall clock, else of the closed form.
export function timePerIteration(document: PageDocument, run: Run): number {
  if (run.executed) return run.executed.iteration_s.median;
  return run.comparison?.time_per_iteration_s ?? run.analytic.time_s / iterationsOf(document);
}

// All runs, the best first; as the scenario has them where the report does not say.
export function bestFirst(document: PageDocument): number[] {
  const places = (document.report.runs ?? []).map((_, i) => i);
  const said = [...new Set(document.report.verdict?.order ?? [])].filter((place) => places.includes(place));
  return [...said, ...places.filter((place) => !said.includes(place))];
}

// The run that the page starts with: the best one, or else the one with the most samples a second.
export function bestRun(document: PageDocument): number {
  const runs = document.report.runs ?? [];
  const best = document.report.verdict?.best;
  if (best !== undefined && best in runs) return best;
  const rates = runs.map((run) => run.comparison?.samples_per_s ?? 0);
  return Math.max(0, rates.indexOf(Math.max(...rates)));
}
