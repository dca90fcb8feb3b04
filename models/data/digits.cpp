// Handwritten digits, as the program carries them: 8 x 8 pixels of 0 to 16, then the digit.

#include "models/data/data_kind.hpp"
#include "models/data/digits_rows.hpp"

namespace lockstep::models {

namespace {

constexpr std::int64_t pixels = 64;
constexpr float brightest = 16;

Result<Dataset> load(const DataSpec& /*spec*/) {
  Dataset data{pixels, 10, {}, {}};
  constexpr auto row = static_cast<std::size_t>(pixels + 1);
  for (auto rest = digits_rows; rest.size() >= row; rest = rest.subspan(row)) {
    for (const std::uint8_t pixel : rest.first(row - 1))
      data.features.push_back(static_cast<float>(pixel) / brightest);
    data.labels.push_back(rest[row - 1]);
  }
  return data;
}

}  // namespace

extern const DataKind digits;
const DataKind digits = {
    .kind = "digits",
    .summary =
        "1,797 handwritten digits of 8 x 8 pixels, carried by the program: 64 inputs, 10 "
        "classes",
    .source =
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (1998), UCI "
        "Machine Learning Repository, test set",
    .options = {},
    .load = load,
};

}  // namespace lockstep::models
