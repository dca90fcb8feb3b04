// SpecTrain: pipelined back-propagation in which every pass uses predicted parameters.
//
// Momentum SGD: v <- m v + (1-m) g, w <- w - learning_rate v, with m the momentum. As the velocity
// v changes slowly, the parameters after s more updates are predicted to be w - s learning_rate v.
// All passes of a mini-batch aim at one version, the one that the first stage has when it updates
// with that mini-batch: for stage k (from 0) of K the paper gives s = floor(k/2) + K-1-k going
// forward and s = floor(k/2) going back. (These two are from memory of the paper and not verified;
// they change no cost, since every pass predicts, also where s is 0.) The schedule is 1F1B:
// nominally gradients are K-1-k own updates old. With one stage nothing is predicted. Chen, Yang
// and Cheng: "Efficient and robust parallel DNN training through model parallelism on multi-GPU
// platform", arXiv:1809.02839.
#include <cstddef>
#include <span>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/stages/whole_batches.hpp"

namespace lockstep::models {

namespace {

constexpr NumberOption spectrain_momentum_option =
    OptionSpec{.name = "momentum",
               .type = OptionType::number,
               .summary = "how much of the velocity an update keeps",
               .fallback = 0.9,
               .least = 0,
               .most = 1,
               .below_most = true};

constexpr auto options = option_table(stages_option, spectrain_momentum_option);

// FLOPs a parameter: v 3, w 2. Reads w, v and g; writes w and v.
void momentum_step(UpdateSite& site) {
  const auto kept = static_cast<float>(site.setup->options[spectrain_momentum_option]);
  const float added = 1 - kept;
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> velocity = site.other(Buffer::velocity);
  for (std::size_t i = 0; i < velocity.size(); ++i) {
    velocity[i] = kept * velocity[i] + added * site.gradients[i];
    site.parameters[i] -= rate * velocity[i];
  }
}

constexpr UpdateRule momentum_rule = {.name = "averaged momentum",
                                      .flops = 5,
                                      .scalars_touched = 5,
                                      .copies = 1,
                                      .step = momentum_step};

// w - (s learning_rate) v. Reads w and v; writes the prediction.
void predict(UpdateSite& site, std::int64_t updates) {
  const auto rate = static_cast<float>(static_cast<double>(updates) * site.learning_rate());
  const std::span<float> velocity = site.other(Buffer::velocity);
  const std::span<float> present = site.other(Buffer::parameters);
  for (std::size_t i = 0; i < present.size(); ++i)
    site.parameters[i] = present[i] - rate * velocity[i];
}

constexpr UpdateRule forward_prediction_rule = {
    .name = "prediction",
    .flops = 2,
    .scalars_touched = 3,
    .gradients_read = 0,
    .step = [](UpdateSite& site) {
      predict(site, site.rank / 2 + site.setup->workers - 1 - site.rank);
    }};

constexpr UpdateRule backward_prediction_rule = {
    .name = "prediction",
    .flops = 2,
    .scalars_touched = 3,
    .gradients_read = 0,
    .step = [](UpdateSite& site) { predict(site, site.rank / 2); }};

WholeBatches plan_of(const Setup& setup) {
  const bool predicts = setup.workers > 1;
  return {.update = &momentum_rule,
          .predict = predicts ? &forward_prediction_rule : nullptr,
          .predict_back = predicts ? &backward_prediction_rule : nullptr,
          .copies = predicts ? 1 : 0};
}

}  // namespace

const RegisteredAlgorithm spectrain = of_whole_batches<plan_of>({
    .kind = "spectrain",
    .title = "SpecTrain",
    .summary = "Pipelined back-propagation that computes with predicted parameters: the current "
               "ones moved on along the velocity by as many updates as are still to come. Passes "
               "of one mini-batch through different stages thus aim at the same version.",
    .approximation =
        "gradients are those of predicted parameters; nominally stage s of P makes P-1-s updates "
        "of its own between the passes of a mini-batch. The update is momentum SGD",
    .when_to_use = "Instead of pipelined back-propagation when its stale gradients cost accuracy.",
    .source = "Chen, Yang and Cheng, arXiv:1809.02839",
    .options = options,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{"predicts from a momentum of its own"};
        },
    .extra_work = true,
});

}  // namespace lockstep::models
