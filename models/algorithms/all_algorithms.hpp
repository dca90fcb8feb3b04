// The records of all algorithms, each defined in its algorithm's own file. They are declared only
// here, so that `RegisteredAlgorithm` has checked everything that the registry lists.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

extern const RegisteredAlgorithm sgd;
extern const RegisteredAlgorithm sync_sgd;
extern const RegisteredAlgorithm zero;
extern const RegisteredAlgorithm async_sgd;
extern const RegisteredAlgorithm downpour;
extern const RegisteredAlgorithm dc_asgd;
extern const RegisteredAlgorithm adag;
extern const RegisteredAlgorithm ssp;
extern const RegisteredAlgorithm model_averaging;
extern const RegisteredAlgorithm post_local_sgd;
extern const RegisteredAlgorithm bmuf;
extern const RegisteredAlgorithm slowmo;
extern const RegisteredAlgorithm easgd;
extern const RegisteredAlgorithm diloco;
extern const RegisteredAlgorithm d_psgd;
extern const RegisteredAlgorithm sgp;
extern const RegisteredAlgorithm ad_psgd;
extern const RegisteredAlgorithm hogwild;
extern const RegisteredAlgorithm hogbatch;
extern const RegisteredAlgorithm asysvrg;
extern const RegisteredAlgorithm layer_parallel;
extern const RegisteredAlgorithm tensor_parallel;
extern const RegisteredAlgorithm hybrid_parallel;
extern const RegisteredAlgorithm gpipe;
extern const RegisteredAlgorithm pipeline_1f1b;
extern const RegisteredAlgorithm pipeline_interleaved;
extern const RegisteredAlgorithm zb_h1;
extern const RegisteredAlgorithm zb_h2;
extern const RegisteredAlgorithm zb_v;
extern const RegisteredAlgorithm dualpipe;
extern const RegisteredAlgorithm dualpipe_v;
extern const RegisteredAlgorithm three_d_parallel;
extern const RegisteredAlgorithm pipelined_backprop;
extern const RegisteredAlgorithm spectrain;
extern const RegisteredAlgorithm pipedream;
extern const RegisteredAlgorithm pipedream_2bw;
extern const RegisteredAlgorithm ddg;
extern const RegisteredAlgorithm features_replay;
extern const RegisteredAlgorithm synthetic_gradients;

}  // namespace lockstep::models
