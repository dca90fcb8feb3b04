// Training in simulated time beside the products that it is made of: the counter `products` is the
// share of the time that they would take alone, with the same matrices' shapes and the same
// kernels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/clusters.hpp"
#include "models/data/data_kind.hpp"
#include "models/language/numerics.hpp"
#include "models/readers/numerics/evaluate.hpp"
#include "models/readers/numerics/matrix.hpp"
#include "models/readers/numerics/products.hpp"
#include "models/readers/train/train.hpp"
#include "runs/available_memory.hpp"

namespace {

using namespace lockstep;
using models::Matrix;

constexpr std::int64_t workers = 4;
constexpr std::int64_t batch_per_worker = 64;
constexpr std::int64_t iterations = 60;
const models::Mlp mlp = {.layers = 4, .width = 512};

template <typename Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Of all layers, which are square and equally wide, on `samples` at a time.
class Products {
 public:
  explicit Products(std::int64_t samples)
      : inputs_(filled(samples, 1)),
        outputs_(filled(samples, 1)),
        weights_(filled(mlp.width, 1 / static_cast<float>(mlp.width))) {}

  void forward() {
    for (std::int32_t layer = 0; layer < mlp.layers; ++layer)
      models::multiply_forward(inputs_.view(), weights_.view(), outputs_.view());
  }
  void backward() {
    for (std::int32_t layer = 0; layer < mlp.layers; ++layer) {
      models::multiply_backward_weight(outputs_.view(), inputs_.view(), gradient_.view());
      if (layer > 0)
        models::multiply_backward_input(outputs_.view(), weights_.view(), inputs_.view());
    }
  }

 private:
  // With weights of 1 / width a product of ones has ones, however often it is taken.
  static Matrix filled(std::int64_t rows, float value) {
    Matrix matrix = models::zeros(rows, mlp.width);
    std::ranges::fill(matrix.values, value);
    return matrix;
  }

  Matrix inputs_;
  Matrix outputs_;
  Matrix weights_;
  Matrix gradient_ = models::zeros(mlp.width, mlp.width);
};

void products_alone(const models::DividedData& data, std::int64_t evaluations) {
  Products training(batch_per_worker);
  for (std::int64_t i = 0; i < iterations * workers; ++i) {
    training.forward();
    training.backward();
  }
  for (const std::int64_t samples :
       {std::min(models::most_loss_samples, data.training.samples()), data.held_out.samples()})
    for (std::int64_t first = 0; first < samples; first += models::most_evaluated_at_once) {
      Products evaluation(std::min(models::most_evaluated_at_once, samples - first));
      for (std::int64_t i = 0; i < evaluations; ++i) evaluation.forward();
    }
}

void train(benchmark::State& state) {
  runs::keep_freed_memory();  // as the program does
  models::Training training;
  training.batch = batch_per_worker;
  training.iterations = iterations;
  const models::Setup setup = bench::setup_of("sync_sgd", bench::star(workers), mlp, training);
  models::DataSpec spec;
  spec.kind = models::find_data_kind("digits");
  const auto data = std::make_shared<const models::DividedData>(*models::load_data(spec, mlp));
  models::Numerics numerics;
  numerics.mlp = mlp;
  const models::Problem problem = models::problem_of(setup, numerics, data);
  double train_s = 0;
  double products_s = 0;
  for (auto _ : state) {
    std::int64_t points = 0;
    train_s +=
        seconds_of([&] { points = std::ssize(models::train(setup, problem, {}).curve.loss); });
    products_s += seconds_of([&] { products_alone(*data, points); });
  }
  state.counters["products"] = products_s / train_s;
  state.counters["train_s"] = benchmark::Counter(train_s, benchmark::Counter::kAvgIterations);
}

BENCHMARK(train)->Unit(benchmark::kMillisecond);

}  // namespace
