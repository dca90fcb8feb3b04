#include "models/readers/check/check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

// Ranks of a: 1 2 3 4; of b: 1 3 2 4. Spearman: 1 - 6 (0 + 1 + 1 + 0) / (4 (16 - 1)) = 0.8.
TEST_CASE("check: rank correlation is Spearman's") {
  const std::array a = {1.0, 2.0, 3.0, 4.0};
  const std::array same = {10.0, 11.0, 50.0, 51.0};
  const std::array one_swap = {1.0, 30.0, 20.0, 400.0};
  const std::array reverse = {4.0, 3.0, 2.0, 1.0};
  CHECK(rank_correlation(a, same) == doctest::Approx(1));
  CHECK(rank_correlation(a, one_swap) == doctest::Approx(0.8));
  CHECK(rank_correlation(a, reverse) == doctest::Approx(-1));
}

// Ranks 1.5 1.5 3 against 1 2 3: covariance 1.5, variances 1.5 and 2.
TEST_CASE("check: equal values share their rank") {
  const std::array a = {5.0, 5.0, 7.0};
  const std::array b = {1.0, 2.0, 3.0};
  CHECK(rank_correlation(a, b) == doctest::Approx(1.5 / std::sqrt(1.5 * 2)));
  CHECK(rank_correlation(std::array{1.0}, std::array{2.0}) == doctest::Approx(1));
}

// 100 and 110 are within 15 %; 130 is apart from both, and predicted below the second.
TEST_CASE("check: an order counts where measured times are apart") {
  const std::array measured = {100.0, 110.0, 130.0};
  const std::array predicted = {90.0, 140.0, 120.0};
  const OrderKept kept = order_kept(measured, predicted, 0.15);
  CHECK(kept.pairs == 2);
  CHECK(kept.swapped == 1);
}

// A server adds up what comes first: a real order and its reverse cannot both be the simulation's.
TEST_CASE("check: a sum in order of arrival is compared in the order that it had") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.options = {{"allreduce", std::string("star")}};
  run.hosts = 5;
  run.mlp = {.layers = 2, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 1, .learning_rate = 0.05};
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  Executed first = execute_on_threads(problem);
  Order reverse = first.order;
  for (RankOrder& rank : reverse.ranks)
    for (auto& [tag, sources] : rank.sources) std::ranges::reverse(sources);
  Executed second = execute_on_threads(problem, &reverse);
  REQUIRE(first.model.sha256 != second.model.sha256);
  for (Executed* executed : {&first, &second}) {
    const Checked checked = check_run(problem, {{std::move(*executed), 1}}, {});
    REQUIRE(checked.finished);
    CHECK(checked.parameters == Agreement::equal);
  }
}

}  // namespace lockstep::models
