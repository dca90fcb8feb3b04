// Random inputs, with labels by a random network: a task of any width that some network can do.
//
// Inputs are standard normal. The teacher has layers as wide as the inputs, weights of variance
// gain^2/N, no biases, and x / (1 + |x|) between the layers: an odd function, so that no class is
// preferred, of operations that every machine rounds alike. The label is the largest output.
// Where inputs are hardly more than classes, the outputs are much alike and some classes rare.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/data/data_kind.hpp"
#include "models/data/streams.hpp"
#include "sim/standard_normal.hpp"

namespace lockstep::models {

namespace {

consteval IntegerOption count(std::string_view name, std::string_view summary,
                              std::int64_t fallback, double least, double most) {
  return OptionSpec{.name = name,
                    .type = OptionType::integer,
                    .summary = summary,
                    .fallback = fallback,
                    .least = least,
                    .most = most};
}

constexpr NumberOption noise_option =
    OptionSpec{.name = "noise",
               .type = OptionType::number,
               .summary = "fraction of samples with a label that is not the teacher's",
               .fallback = 0.0,
               .least = 0,
               .most = 1};

constexpr IntegerOption samples_option =
    count("samples", "how many, those that are held out included", 4096, 2, 1e8);
constexpr IntegerOption inputs_option = count("inputs", "features of a sample", 64, 1, 65536);
constexpr IntegerOption classes_option =
    count("classes", "how many labels there are", 10, 2, 65536);
constexpr IntegerOption layers_option = count("layers", "weight layers of the teacher", 2, 1, 8);

using Row = std::vector<double>;

// Outputs x inputs weights.
struct Layer {
  std::size_t outputs;
  std::vector<float> weights;
};

Layer random_layer(std::size_t inputs, std::size_t outputs, std::uint64_t seed,
                   std::uint64_t stream) {
  constexpr double gain = 2;
  const double deviation = gain / std::sqrt(static_cast<double>(inputs));
  sim::RandomStream random(seed, stream);
  Layer layer{outputs, std::vector<float>(inputs * outputs)};
  for (float& weight : layer.weights)
    weight = static_cast<float>(deviation * sim::standard_normal(random));
  return layer;
}

// No class is preferred for its larger weights.
void make_rows_equally_long(Layer& layer) {
  const std::size_t inputs = layer.weights.size() / layer.outputs;
  for (auto row = layer.weights.begin(); row != layer.weights.end();) {
    double squares = 0;
    const auto end = row + static_cast<std::ptrdiff_t>(inputs);
    for (auto weight = row; weight != end; ++weight)
      squares += static_cast<double>(*weight) * *weight;
    for (; row != end; ++row) *row = static_cast<float>(*row / std::sqrt(squares));
  }
}

Row outputs_of(const Layer& layer, const Row& inputs) {
  Row outputs(layer.outputs);
  auto weight = layer.weights.begin();
  for (double& output : outputs)
    for (const double input : inputs) output += *weight++ * input;
  return outputs;
}

std::int32_t label_of(const std::vector<Layer>& network, Row values) {
  for (const Layer& layer : network) {
    if (&layer != &network.front())
      for (double& value : values) value /= 1 + std::abs(value);
    values = outputs_of(layer, values);
  }
  return static_cast<std::int32_t>(std::ranges::max_element(values) - values.begin());
}

// Another label, each as likely as the next, with the given probability.
std::int32_t with_noise(std::int32_t label, std::int64_t classes, double noise,
                        sim::RandomStream& random) {
  if (random.uniform() >= noise) return label;
  const auto others = static_cast<std::uint64_t>(classes - 1);
  const auto other = static_cast<std::int32_t>(random.below(others));
  return other < label ? other : other + 1;
}

std::vector<Layer> random_teacher(const DataSpec& spec) {
  const auto inputs = static_cast<std::size_t>(spec.options[inputs_option]);
  const auto classes = static_cast<std::size_t>(spec.options[classes_option]);
  const std::int64_t layers = spec.options[layers_option];
  std::vector<Layer> network;
  for (std::int64_t layer = 0; layer < layers; ++layer)
    network.push_back(random_layer(inputs, layer + 1 < layers ? inputs : classes, spec.seed,
                                   teacher_streams + static_cast<std::uint64_t>(layer)));
  make_rows_equally_long(network.back());
  return network;
}

constexpr double most_features = 1 << 30;

Result<Dataset> load(const DataSpec& spec) {
  const std::int64_t samples = spec.options[samples_option];
  const double noise = spec.options[noise_option];
  Dataset data{spec.options[inputs_option], spec.options[classes_option], {}, {}};
  if (const auto features = static_cast<double>(samples) * static_cast<double>(data.inputs);
      features > most_features)
    return Fault{"/data",
                 fmt::format("must have at most {:.0f} features, samples times inputs, found "
                             "{:.0f}",
                             most_features, features)};
  const std::vector<Layer> network = random_teacher(spec);
  Row values(static_cast<std::size_t>(data.inputs));
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    // A stream for each: more samples leave the first ones as they are.
    sim::RandomStream random(spec.seed, sample_streams + static_cast<std::uint64_t>(sample));
    for (double& value : values) {
      const auto feature = static_cast<float>(sim::standard_normal(random));
      data.features.push_back(feature);
      value = feature;
    }
    data.labels.push_back(with_noise(label_of(network, values), data.classes, noise, random));
  }
  return data;
}

constexpr auto options =
    option_table(samples_option, inputs_option, classes_option, layers_option, noise_option);

}  // namespace

extern const DataKind teacher;
const DataKind teacher = {
    .kind = "teacher",
    .summary = "normally distributed inputs with labels by a random network, of any width",
    .source = "after student-teacher experiments: E. Gardner, B. Derrida, J. Phys. A 22 (1989)",
    .options = options,
    .load = load,
};

}  // namespace lockstep::models
