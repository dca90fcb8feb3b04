#include "models/data/batches.hpp"

#include "models/data/shuffle.hpp"
#include "models/data/streams.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

Batches::Batches(std::int64_t samples, std::int64_t workers, std::int64_t batch, std::uint64_t seed)
    : samples_(samples), workers_(workers), batch_(batch), seed_(seed) {
  check(samples > 0 && workers > 0 && batch > 0, "mini-batches of {} of {} samples on {} workers",
        batch, samples, workers);
}

void Batches::fill(std::int64_t worker, std::int64_t k, std::span<std::int64_t> indices) const {
  check(worker >= 0 && worker < workers_, "worker {} of {}", worker, workers_);
  check(std::ssize(indices) == batch_, "room for {} of {} samples", indices.size(), batch_);
  const std::int64_t first = (k * workers_ + worker) * batch_;
  std::int64_t epoch = first / samples_;
  std::int64_t place = first % samples_;
  const auto shuffle_of = [&](std::int64_t number) {
    return Shuffle(samples_, seed_, epoch_streams + static_cast<std::uint64_t>(number));
  };
  Shuffle shuffle = shuffle_of(epoch);
  for (std::int64_t& index : indices) {
    if (place == samples_) {
      shuffle = shuffle_of(++epoch);
      place = 0;
    }
    index = shuffle(place++);
  }
}

double Batches::epochs(std::int64_t k) const {
  return static_cast<double>(k * workers_ * batch_) / static_cast<double>(samples_);
}

}  // namespace lockstep::models
