// Any bytes as images and labels. The first byte says where in the rest the labels begin.
#include <cstdint>

#include "models/data/data_kind.hpp"
#include "sim/base/check.hpp"
#include "tests/fuzz/targets/input_file.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lockstep;
  static const fuzz::InputFile images("images");
  static const fuzz::InputFile labels("labels");
  if (count == 0) return 0;
  const std::size_t begin = 1 + bytes[0] % count;
  models::DataSpec spec;
  spec.kind = models::find_data_kind("idx");
  spec.options = models::Options(spec.kind->options);
  spec.options.set("images", images.holding({bytes + 1, begin - 1}).string());
  spec.options.set("labels", labels.holding({bytes + begin, count - begin}).string());
  const auto data = spec.kind->load(spec);
  check(data.ok() || !data.faults().empty(), "a file is refused without a fault");
  if (data.ok())
    check(data->features.size() == data->labels.size() * static_cast<std::size_t>(data->inputs),
          "{} labels beside {} features", data->labels.size(), data->features.size());
  return 0;
}
