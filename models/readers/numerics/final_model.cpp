#include "models/readers/numerics/final_model.hpp"

#include <openssl/evp.h>

#include <array>

#include "models/readers/numerics/model_points.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

std::string sha256_of(const std::vector<float>& values) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const int done = EVP_Digest(values.data(), values.size() * sizeof(float), digest.data(), &length,
                              EVP_sha256(), nullptr);
  check(done == 1, "SHA-256 failed");
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

}  // namespace

FinalModel final_model(const Problem& problem,
                       const std::function<RankNumbers&(Rank)>& numbers_of) {
  UpdatesByRank totals;
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank)
    totals.push_back(numbers_of(rank).updates());
  // One point that all have reached.
  ModelPoints end(problem, {UpdatesByRank(totals.size(), 0)}, totals);
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank) end.reached(rank, numbers_of(rank));
  FinalModel model;
  model.parameters = end.last_model();
  model.quality = end.qualities().front();
  model.sha256 = sha256_of(model.parameters);
  return model;
}

}  // namespace lockstep::models
