#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/data/data_kind.hpp"
#include "tests/cli/temporary_folder.hpp"

using namespace lockstep;
using namespace lockstep::models;

namespace {

// Four bytes, the highest first.
std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>((number >> shift) & 0xFFU);
  return bytes;
}

std::string header(std::initializer_list<std::uint32_t> numbers) {
  std::string bytes;
  for (const std::uint32_t number : numbers) bytes += big_endian(number);
  return bytes;
}

// Two images of 2 x 3 pixels, and their labels 7 and 2.
const std::string good_images =
    header({0x803, 2, 2, 3}) + std::string("\x00\x33\x66\x99\xcc\xff\x01\x02\x03\x04\x05\x06", 12);
const std::string good_labels = header({0x801, 2}) + "\x07\x02";

class Files {
 public:
  Files(const std::string& images, const std::string& labels) {
    folder_.write("images", images);
    folder_.write("labels", labels);
    spec_.kind = find_data_kind("idx");
    spec_.folder = folder_.path();
    use("images", "images");
    use("labels", "labels");
  }

  void use(const char* option, const std::string& file) { spec_.options.set(option, file); }
  [[nodiscard]] Result<Dataset> load() const { return spec_.kind->load(spec_); }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }

 private:
  cli::testing::TemporaryFolder folder_;
  DataSpec spec_;
};

Faults faults_of(const Files& files) {
  const auto data = files.load();
  return data ? Faults{} : data.faults();
}

Faults images_fault(const std::string& images) { return faults_of({images, good_labels}); }
Faults labels_fault(const std::string& labels) { return faults_of({good_images, labels}); }

}  // namespace

TEST_CASE("idx: images and labels come back as they were written") {
  const auto data = Files(good_images, good_labels).load();
  REQUIRE(data.ok());
  CHECK(data->samples() == 2);
  CHECK(data->inputs == 6);
  CHECK(data->classes == 8);  // the highest label is 7
  CHECK(data->labels == std::vector<std::int32_t>{7, 2});
  // 0x33 = 51 = 255 / 5.
  CHECK(data->features[0] == 0);
  CHECK(data->features[1] == 0.2F);
  CHECK(data->features[5] == 1);
  CHECK(data->features[11] == 6.0F / 255);
}

TEST_CASE("idx: names may be absolute") {
  Files files(good_images, good_labels);
  files.use("images", files.path("images"));
  CHECK(files.load().ok());
}

TEST_CASE("idx: files that cannot be read are named, both at once") {
  Files files(good_images, good_labels);
  files.use("images", "nowhere/train");
  files.use("labels", ".");
  CHECK(faults_of(files) ==
        Faults{{"/data/images", "cannot read \"nowhere/train\": there is no such file"},
               {"/data/labels", "cannot read \".\": it is not a file"}});
}

TEST_CASE("idx: another format is told from its first bytes") {
  CHECK(images_fault(good_labels) ==
        Faults{{"/data/images", "must begin with 0x00000803, found 0x00000801"}});
  CHECK(labels_fault(good_images) ==
        Faults{{"/data/labels", "must begin with 0x00000801, found 0x00000803"}});
  CHECK(images_fault("0,0,5") ==
        Faults{{"/data/images", "must begin with 0x00000803, found 0x302c302c"}});
  CHECK(images_fault("") == Faults{{"/data/images", "must begin with 0x00000803, found 0 bytes"}});
  CHECK(labels_fault("\x1f\x8b\x08") ==
        Faults{{"/data/labels", "must be decompressed, found a gzip file"}});
}

TEST_CASE("idx: a file has as many bytes as its header says") {
  // 16 of header and 2 x 2 x 3.
  const std::string cut = good_images.substr(0, good_images.size() - 1);
  CHECK(images_fault(cut) ==
        Faults{{"/data/images", "must have 28 bytes for 2 x 2 x 3 values, found 27"}});
  CHECK(images_fault(good_images + "x") ==
        Faults{{"/data/images", "must have 28 bytes for 2 x 2 x 3 values, found 29"}});
  CHECK(images_fault(header({0x803, 2, 2})) ==
        Faults{{"/data/images", "must have 16 bytes of header, found 12"}});
  CHECK(labels_fault(header({0x801, 0})) == Faults{{"/data/labels", "must have values, found 0"}});
  // (2^32 - 1)^3 + 16, to the nearest double: 2^96.
  CHECK(images_fault(header({0x803, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF})).size() == 1);
}

TEST_CASE("idx: there are as many labels as images") {
  CHECK(labels_fault(header({0x801, 3}) + "\x07\x02\x01") ==
        Faults{{"/data/labels", "must have a label for each of the 2 images, found 3"}});
}
