// Files in the format of MNIST (LeCun, Cortes, Burges): big-endian numbers, then bytes.
//
//   images: 0x00000803, count, rows, columns, then count x rows x columns bytes, 0 to 255
//   labels: 0x00000801, count, then count bytes
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "models/data/data_kind.hpp"
#include "sim/base/whole_file.hpp"

namespace lockstep::models {

namespace {

constexpr TextOption images_option =
    OptionSpec{.name = "images",
               .type = OptionType::text,
               .summary = "file of the images, from the scenario's folder",
               .fallback = std::string_view{}};
constexpr TextOption labels_option = OptionSpec{.name = "labels",
                                                .type = OptionType::text,
                                                .summary = "file of their labels",
                                                .fallback = std::string_view{}};

constexpr std::size_t word = 4;
constexpr std::uint32_t images_magic = 0x803;
constexpr std::uint32_t labels_magic = 0x801;

// One of the two files, or why it is none.
class File {
 public:
  File(const DataSpec& spec, const TextOption& option, std::uint32_t magic, Faults& faults)
      : pointer_(fmt::format("/data/{}", option.name)),
        name_(spec.options[option]),
        faults_(faults) {
    if (read(spec.folder / name_) && is_format(magic)) check_size(1 + (magic & 0xFFU));
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  // How many samples; rows; columns.
  [[nodiscard]] std::int64_t dimension(std::size_t index) const { return number(1 + index); }
  // After all dimensions.
  [[nodiscard]] std::string_view values() const { return values_; }

 private:
  void fault(std::string message) { faults_.push_back({pointer_, std::move(message)}); }

  bool read(const std::filesystem::path& file) {
    Result<std::string> bytes = read_whole_file(file, most_file_bytes);
    if (!bytes) return cannot_read(bytes.faults().front().message);
    bytes_ = std::move(*bytes);
    return true;
  }

  bool cannot_read(std::string_view why) {
    fault(fmt::format("cannot read \"{}\": {}", name_, why));
    return false;
  }

  bool is_format(std::uint32_t magic) {
    if (bytes_.starts_with("\x1f\x8b")) {
      fault("must be decompressed, found a gzip file");
    } else if (bytes_.size() < word) {
      fault(fmt::format("must begin with {:#010x}, found {} bytes", magic, bytes_.size()));
    } else if (number(0) != magic) {
      fault(fmt::format("must begin with {:#010x}, found {:#010x}", magic, number(0)));
    } else {
      return true;
    }
    return false;
  }

  // `words`: how many the header has, the magic number included.
  void check_size(std::size_t words) {
    const std::size_t header = words * word;
    if (bytes_.size() < header)
      return fault(fmt::format("must have {} bytes of header, found {}", header, bytes_.size()));
    std::string sizes;
    // Three dimensions of 32 bits may need 96: a double holds them well enough to refuse them.
    double expected = static_cast<double>(header);
    double count = 1;
    for (std::size_t i = 1; i < words; ++i) {
      count *= static_cast<double>(number(i));
      sizes += fmt::format("{}{}", i > 1 ? " x " : "", number(i));
    }
    expected += count;
    if (expected != static_cast<double>(bytes_.size()))
      return fault(fmt::format("must have {:.0f} bytes for {} values, found {}", expected, sizes,
                               bytes_.size()));
    if (count == 0) return fault(fmt::format("must have values, found {}", sizes));
    values_ = std::string_view(bytes_).substr(header);
    good_ = true;
  }

  [[nodiscard]] std::uint32_t number(std::size_t index) const {
    std::uint32_t value = 0;
    for (const char byte : std::string_view(bytes_).substr(index * word, word))
      value = (value << 8U) | static_cast<unsigned char>(byte);
    return value;
  }

  static constexpr std::uintmax_t most_file_bytes = std::uintmax_t{4} << 30U;

  std::string pointer_;
  std::string name_;
  Faults& faults_;
  std::string bytes_;
  std::string_view values_;
  bool good_ = false;
};

Result<Dataset> load(const DataSpec& spec) {
  constexpr float brightest = 255;
  Faults faults;
  const File images(spec, images_option, images_magic, faults);
  const File labels(spec, labels_option, labels_magic, faults);
  if (images.good() && labels.good() && images.dimension(0) != labels.dimension(0))
    faults.push_back({labels.pointer(), fmt::format("must have a label for each of the {} images, "
                                                    "found {}",
                                                    images.dimension(0), labels.dimension(0))});
  if (!faults.empty()) return faults;
  Dataset data;
  data.inputs = images.dimension(1) * images.dimension(2);
  data.features.reserve(images.values().size());
  for (const char pixel : images.values())
    data.features.push_back(static_cast<float>(static_cast<unsigned char>(pixel)) / brightest);
  for (const char label : labels.values()) data.labels.push_back(static_cast<unsigned char>(label));
  data.classes = 1 + *std::ranges::max_element(data.labels);
  return data;
}

constexpr auto options = option_table(images_option, labels_option);

}  // namespace

extern const DataKind idx;
const DataKind idx = {
    .kind = "idx",
    .summary = "images and labels in two files of MNIST's format, not compressed",
    .source = "Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits (1998)",
    .options = options,
    .load = load,
};

}  // namespace lockstep::models
