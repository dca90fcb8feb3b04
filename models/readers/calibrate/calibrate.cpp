#include "models/readers/calibrate/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "models/readers/calibrate/probes.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::models {

namespace {

// Of products: powers of two and halves between them, for kernels like some sizes better.
constexpr std::array<std::int64_t, 4> table_samples = {4, 16, 64, 256};
constexpr std::array<std::int64_t, 9> table_widths = {32, 48, 64, 96, 128, 192, 256, 384, 512};
constexpr std::int64_t pass_layers = 3;
// Layers whose parameters are updated and summed: 4,160 to 2.4 million.
constexpr std::array<std::int64_t, 5> element_widths = {64, 128, 256, 512, 1536};
// Samples and widths of passes that more ranks than cores compute.
constexpr std::int64_t crowded_samples = 64;
constexpr std::array<std::int64_t, 2> crowded_widths = {128, 384};
// ... and between which they exchange messages: short, so that messages are a good part.
constexpr std::int64_t between_messages_samples = 16;
constexpr std::int64_t between_messages_width = 64;
// Samples and width of passes that one rank computes while another waits: some 50 us to 2 ms.
constexpr std::array<std::pair<std::int64_t, std::int64_t>, 4> wake_passes = {
    {{16, 64}, {16, 128}, {64, 128}, {64, 256}}};

struct Task {
  const Algorithm* probe;
  int workers;
  Mlp mlp;
  std::int64_t samples = 1;  // of a worker
};

// Of several values, and how far apart they are.
struct Figure {
  double median = 0;
  double spread = 0;
};

Figure figure_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const double median = values[values.size() / 2];
  return {median, median > 0 ? (values.back() - values.front()) / median : 0};
}

// Of all ranks.
double mean_of(const Executed& run, double RankUse::* part) {
  double sum_s = 0;
  for (const RankUse& use : run.ranks) sum_s += use.*part;
  return sum_s / static_cast<double>(run.ranks.size());
}

class Calibration {
 public:
  explicit Calibration(const CalibrateOptions& options) : options_(&options) {
    machine_ = this_machine();
    cores_ = options.ranks > 0 ? std::min(options.ranks, machine_.cores) : machine_.cores;
  }

  std::optional<Machine> run() {
    auto rates = std::make_shared<MeasuredRates>();
    find_full_speed();
    if (!measure_products(*rates) || !measure_crowding() || !measure_updates(*rates) ||
        !measure_transport(*rates))
      return std::nullopt;
    machine_.device.flops_per_s = *std::max_element(rates->products.begin(), rates->products.end());
    machine_.device.measured = std::move(rates);
    return std::move(machine_);
  }

  double pulse() {
    const Task task{&passes_probe, cores_, {.layers = pass_layers, .width = 128}, 64};
    constexpr std::int64_t iterations = 20;
    const Executed run = run_for(task, iterations);
    return mean_of(run, &RankUse::products_s) / static_cast<double>(iterations);
  }

 private:
  // The best of half a second or so.
  void find_full_speed() {
    machine_.pulse_s = pulse();
    for (int i = 1; i < 7 * options_->repeats; ++i)
      machine_.pulse_s = std::min(machine_.pulse_s, pulse());
    last_pulse_s_ = pulse_now();
  }
  // Processes may be more than cores, and `check` leaves their pace as it is.
  double pulse_now() { return options_->ranks > 0 ? machine_.pulse_s : pulse(); }
  // What was measured since the last pulse, at full speed.
  double at_full_speed(double seconds) {
    const double before_s = std::exchange(last_pulse_s_, pulse_now());
    return seconds * 2 * machine_.pulse_s / (before_s + last_pulse_s_);
  }

  // Shows how far it is; false: it was stopped.
  bool goes_on() {
    constexpr auto figures =
        static_cast<double>(table_samples.size() * table_widths.size() + 2 * crowded_widths.size() +
                            2 * element_widths.size() + 1 + 4 + wake_passes.size() + 2);
    return options_->progress(std::min(1.0, ++steps_ / (options_->repeats * figures)));
  }

  void note_spread(std::string of, double fraction) {
    machine_.spreads.push_back({std::move(of), fraction});
  }

  static double product_flops(std::int64_t samples, std::int64_t width) {
    return 2.0 * static_cast<double>(samples) * static_cast<double>(width * width);
  }

  [[nodiscard]] Executed run_for(const Task& task, std::int64_t iterations) const {
    const auto found = std::find(probes.begin(), probes.end(), task.probe);
    const ProbeRun run = {.probe = found - probes.begin(),
                          .ranks = std::max(options_->ranks, task.workers),
                          .active = task.workers,
                          .layers = task.mlp.layers,
                          .width = task.mlp.width,
                          .samples = task.samples,
                          .iterations = iterations};
    options_->announce(run);
    return execute_probe(run, options_->execute);
  }

  // As many iterations as the time for a figure has room for.
  std::int64_t iterations_for(const Task& task) {
    const std::pair key{task.probe, std::pair{task.samples, task.mlp.width}};
    const auto known = iterations_.find(key);
    if (known != iterations_.end()) return known->second;
    constexpr std::int64_t tried = 3;
    const Executed trial = run_for(task, tried);
    const double each_s = std::max(1e-7, trial.quantile_s(0.25));
    const double wanted = options_->seconds_per_figure / each_s;
    const auto iterations = static_cast<std::int64_t>(std::clamp(wanted, 5.0, 20000.0));
    iterations_.emplace(key, iterations);
    return iterations;
  }

  // Seconds of one product on one rank while all cores compute.
  double product_s(std::int64_t samples, std::int64_t width) {
    const Task task{&passes_probe, cores_, {.layers = pass_layers, .width = width}, samples};
    const std::int64_t iterations = iterations_for(task);
    const Executed run = run_for(task, iterations);
    const auto products = static_cast<double>(iterations * (3 * pass_layers - 1));
    return at_full_speed(mean_of(run, &RankUse::products_s) / products);
  }

  // The sizes in turn, several times over: what disturbs one second disturbs one value of each.
  bool measure_products(MeasuredRates& rates) {
    rates.samples.assign(table_samples.begin(), table_samples.end());
    rates.widths.assign(table_widths.begin(), table_widths.end());
    rates.products.resize(table_samples.size() * table_widths.size());
    const auto samples_of = [](std::size_t i) { return table_samples[i / table_widths.size()]; };
    const auto width_of = [](std::size_t i) { return table_widths[i % table_widths.size()]; };
    std::vector<std::vector<double>> seconds(rates.products.size());
    for (int repeat = 0; repeat < options_->repeats; ++repeat)
      for (std::size_t i = 0; i < seconds.size(); ++i) {
        seconds[i].push_back(product_s(samples_of(i), width_of(i)));
        if (!goes_on()) return false;
      }
    double widest = 0;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
      const Figure figure = figure_of(seconds[i]);
      widest = std::max(widest, figure.spread);
      rates.products[i] = product_flops(samples_of(i), width_of(i)) / figure.median;
    }
    note_spread("products, the widest", widest);
    return true;
  }

  // `seconds(run)` of several runs of a task, of one iteration on one rank.
  template <class Seconds>
  Figure measure(const Task& task, const Seconds& seconds) {
    const std::int64_t iterations = iterations_for(task);
    std::vector<double> values;
    for (int repeat = 0; repeat < options_->repeats && !stopped_; ++repeat) {
      const double all_s = seconds(run_for(task, iterations));
      values.push_back(at_full_speed(all_s / static_cast<double>(iterations)));
      stopped_ = !goes_on();
    }
    return figure_of(std::move(values));
  }
  static double all_iterations_s(const Executed& run) {
    const double sum_s = std::accumulate(run.iterations_s.begin(), run.iterations_s.end(), 0.0);
    return sum_s / static_cast<double>(run.ranks.size());
  }

  static double parameters(std::int64_t width) {
    return static_cast<double>(width * width + width);
  }
  static Mlp one_layer(std::int64_t width) { return {.layers = 1, .width = width}; }

  [[nodiscard]] int crowded_ranks() const {
    return options_->ranks > 0 ? options_->ranks : 2 * cores_;
  }

  // Twice as many ranks as cores share caches, and the system switches between them: they take more
  // than twice as long.
  bool measure_crowding() {
    const int ranks = crowded_ranks();
    if (ranks <= cores_) return true;
    const auto wall_s = [](const Executed& run) { return run.wall_s; };
    double factors = 0;
    double widest = 0;
    for (const std::int64_t width : crowded_widths) {
      const Mlp mlp = {.layers = pass_layers, .width = width};
      const Figure room = measure({&passes_probe, cores_, mlp, crowded_samples}, wall_s);
      const Figure crowd = measure({&passes_probe, ranks, mlp, crowded_samples}, wall_s);
      if (stopped_) return false;
      factors += crowd.median * cores_ / (room.median * ranks);
      widest = std::max(widest, crowd.spread);
    }
    machine_.crowding = std::max(1.0, factors / static_cast<double>(crowded_widths.size()));
    note_spread("more ranks than cores", widest);
    return true;
  }

  // From what fits the nearest cache to what fits none.
  bool measure_updates(MeasuredRates& rates) {
    const auto update = [this](std::int64_t width) {
      return measure({&updates_probe, cores_, one_layer(width)},
                     [](const Executed& run) { return mean_of(run, &RankUse::updates_s); });
    };
    const double overhead_s = update(1).median;
    machine_.device.launch_overhead_s = overhead_s;
    double widest = 0;
    for (const std::int64_t width : element_widths) {
      const Figure one = update(width);
      if (stopped_) return false;
      const double elements = parameters(width);
      rates.elements.push_back(static_cast<std::int64_t>(elements));
      rates.updates.push_back(static_cast<double>(sgd_rule.flops) * elements /
                              busy_s(one.median - overhead_s));
      widest = std::max(widest, one.spread);
      machine_.device.memory_bytes_per_s =
          4 * static_cast<double>(sgd_rule.scalars_touched) * elements / one.median;
    }
    note_spread("updates, the widest", widest);
    return true;
  }

  bool measure_folds(MeasuredRates& rates) {
    double widest = 0;
    for (const std::int64_t width : element_widths) {
      const Figure one = measure({&exchange_probe, 2, one_layer(width)}, [](const Executed& run) {
        return mean_of(run, &RankUse::folds_s);
      });
      if (stopped_) return false;
      rates.folds.push_back(parameters(width) /
                            busy_s(one.median - machine_.device.launch_overhead_s));
      widest = std::max(widest, one.spread);
    }
    note_spread("sums of messages, the widest", widest);
    return true;
  }

  // An iteration of a ping-pong has two messages one after the other; each rank sends one and
  // takes one, which `messages` holds.
  struct PingPong {
    Figure iteration;
    Figure messages;
  };
  PingPong ping_pong(std::int64_t width) {
    const Task task{&ping_pong_probe, 2, one_layer(width)};
    return {measure(task, all_iterations_s), measure(task, [](const Executed& run) {
              return mean_of(run, &RankUse::communication_s);
            })};
  }

  // What a message takes between a rank that has computed and one that has waited meanwhile, and
  // back to the first, who has hardly waited: `shortly` of it.
  void measure_wakes(Endpoint& endpoint, double messages_s, double shortly_s) {
    endpoint.wakes.push_back({messages_s + shortly_s, shortly_s});
    for (const auto& [samples, width] : wake_passes) {
      const Task task{&wake_probe, 2, {.layers = pass_layers, .width = width}, samples};
      double computing_s = 0;
      const Figure rest = measure(task, [&](const Executed& run) {
        computing_s = run.ranks[0].products_s;
        return all_iterations_s(run) - computing_s;
      });
      if (stopped_) return;
      const double waited_s =
          computing_s / static_cast<double>(iterations_for(task)) + messages_s + shortly_s;
      const double takes_s = rest.median - 2 * messages_s - shortly_s;
      const Endpoint::Wake& before = endpoint.wakes.back();
      if (waited_s > before.waited_s)
        endpoint.wakes.push_back({waited_s, std::max(before.takes_s, takes_s)});
      note_spread(fmt::format("waking after {}", format_seconds(waited_s)), rest.spread);
    }
  }

  // What a message costs a core that several ranks share: they keep it busy between them, so that
  // it is what an iteration with one takes longer, shared among the ranks of the core.
  bool measure_crowded_messages(Endpoint& endpoint) {
    const int ranks = crowded_ranks();
    if (ranks <= cores_) return true;
    const Mlp mlp = {.layers = pass_layers, .width = between_messages_width};
    const Figure alone =
        measure({&passes_probe, cores_, mlp, between_messages_samples}, all_iterations_s);
    const Figure crowd =
        measure({&crowd_probe, ranks, mlp, between_messages_samples}, all_iterations_s);
    if (stopped_) return false;
    const double message_s = crowd.median * cores_ / ranks - alone.median * machine_.crowding;
    endpoint.crowded_overhead_s = std::max(endpoint.overhead_s, message_s / 2);
    note_spread("messages of more ranks than cores", crowd.spread);
    return true;
  }

  bool measure_transport(MeasuredRates& rates) {
    constexpr std::int64_t large = 256;
    if (!measure_folds(rates)) return false;
    const PingPong empty = ping_pong(1);
    const PingPong full = ping_pong(large);
    MachineTransport transport;
    transport.name = options_->transport;
    transport.endpoint.eager = true;
    transport.endpoint.overhead_s = empty.messages.median / 2;
    const double bytes = 4 * parameters(large);
    const double copies_s = busy_s(full.messages.median - empty.messages.median);
    transport.endpoint.copy_bytes_per_s = 2 * bytes / copies_s;
    const double longer_s = (full.iteration.median - empty.iteration.median) / 2;
    transport.bytes_per_s = bytes / std::max(bytes / handed_over_bytes_per_s, longer_s - copies_s);
    note_spread("small messages", empty.iteration.spread);
    note_spread("large messages", full.iteration.spread);
    const double shortly_s = std::max(0.0, empty.iteration.median / 2 - empty.messages.median);
    measure_wakes(transport.endpoint, empty.messages.median, shortly_s);
    if (stopped_ || !measure_crowded_messages(transport.endpoint)) return false;
    machine_.transports.push_back(std::move(transport));
    return true;
  }

  // Of differences that noise may make negative.
  static double busy_s(double seconds) { return std::max(1e-9, seconds); }

  const CalibrateOptions* options_;
  Machine machine_;
  int cores_ = 1;
  double last_pulse_s_ = 0;
  double steps_ = 0;
  bool stopped_ = false;
  std::map<std::pair<const Algorithm*, std::pair<std::int64_t, std::int64_t>>, std::int64_t>
      iterations_;
};

}  // namespace

double pulse_s(const CalibrateOptions& options) { return Calibration(options).pulse(); }

std::optional<Machine> calibrate(const CalibrateOptions& options) {
  return Calibration(options).run();
}

}  // namespace lockstep::models
