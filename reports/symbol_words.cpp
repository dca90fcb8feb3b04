#include "reports/symbol_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/text.hpp"

namespace lockstep::reports {

namespace {

struct Words {
  std::string_view symbol;
  std::string_view words;
};

// Symbols without an argument, and those with one without it.
constexpr std::array symbols = {
    Words{"iterations", "mini-batches, one after another"},
    Words{"P", "workers; in a pipeline, its stages"},
    Words{"K", "servers"},
    Words{"L", "layers"},
    Words{"M", "micro-batches of a mini-batch"},
    Words{"M_way", "micro-batches that go in one of both directions"},
    Words{"b", "samples of a worker's mini-batch"},
    Words{"c", "chunks that each half of the sum is sent in"},
    Words{"levels", "levels of the tree"},
    Words{"steps", "steps between partners"},
    Words{"rounds", "rounds between sums"},
    Words{"degree", "neighbours of a worker"},
    Words{"accesses", "times that a step reads or writes the shared parameters"},
    Words{"inner_steps", "steps of one sample that follow each full gradient"},
    Words{"accumulation_steps", "parts that a worker's mini-batch is computed in"},
    Words{"t_passes", "forward and backward passes of a worker"},
    Words{"t_product", "one matrix product of a layer"},
    Words{"t_forward", "the forward pass of a stage"},
    Words{"t_backward", "the backward pass of a stage"},
    Words{"t_backward_input", "the backward pass of a stage that gives gradients by inputs"},
    Words{"t_backward_weights", "the products of a stage that give gradients by weights"},
    Words{"t_backward_and_update", "a backward pass and the update after it"},
    Words{"t_update", "the update of parameters"},
    Words{"t_outer_update", "the update of the model that all share"},
    Words{"t_last_outer_update", "the last update of the model that all share"},
    Words{"t_last_update", "the last update, which nothing hides"},
    Words{"t_server_update", "a server's update for one push"},
    Words{"t_server_decode", "a server's decoding of one push"},
    Words{"t_message", "a message between two workers"},
    Words{"t_messages", "messages between neighbours that share links"},
    Words{"t_group_round", "a step of a group of workers, and the sum within it"},
    Words{"t_steps_beside", "what the worker beside a server computes on the same device"},
    Words{"t_reduce", "the sum of a message and what is there"},
    Words{"t_fold", "the sum of a message and what is there"},
    Words{"t_sum", "the sum of gradients over those that hold the same parameters"},
    Words{"t_allreduce", "the all-reduce"},
    Words{"t_reduce_scatter", "the reduce-scatter"},
    Words{"t_allgather", "the all-gather"},
    Words{"t_exchange", "an exchange between two workers"},
    Words{"t_encode", "encoding a message"},
    Words{"t_decode", "decoding a message"},
    Words{"t_left_factor", "the first factor of low rank: its products and its sum"},
    Words{"t_right_factor", "the second factor of low rank: its products and its sum"},
    Words{"t_halving", "messages of the steps that halve what is sent"},
    Words{"t_reducing", "the sums of these steps"},
    Words{"t_doubling", "messages of the steps that double what is sent"},
    Words{"t_hand_over", "what workers beyond a power of two hand to a partner, and get back"},
    Words{"t_up", "messages up the tree"},
    Words{"t_down", "messages down the tree"},
    Words{"t_up_and_down", "a chunk up a tree and down again"},
    Words{"t_busiest_link", "all bytes of the link that carries most"},
    Words{"t_bus", "all bytes on the memory bus"},
    Words{"t_access", "one access to the shared parameters"},
    Words{"t_push", "a worker's gradients on their way to the servers"},
    Words{"t_last_push", "the last push, which nothing hides"},
    Words{"t_answer", "the parameters on their way back"},
    Words{"t_request", "the request for parameters"},
    Words{"t_fetched", "taking in the parameters that come"},
    Words{"t_first", "the sum of the gradients that come first"},
    Words{"t_first_and_last", "the first pass before the servers begin, and the last answer"},
    Words{"t_fill", "until the last stage begins"},
    Words{"t_drain", "from the last stage back to the first"},
    Words{"t_turn", "a mini-batch at the last stage, forward and backward"},
    Words{"t_stage", "a micro-batch at a stage, forward and backward"},
    Words{"t_module", "a mini-batch at the slowest module"},
    Words{"t_ends", "the first and last mini-batches, at other modules"},
    Words{"t_round_trip", "a micro-batch through all stages and back"},
    Words{"t_latency", "latencies of links that nothing hides"},
    Words{"t_waits", "waiting for messages between stages"},
    Words{"t_wait_for_last", "waiting for the last message"},
    Words{"t_own_links", "all bytes of the link that carries most, or of the hosts' own links"},
    Words{"t_busiest_stage", "all work of the stage that has most"},
    Words{"t_slowest_worker", "forward and backward passes of the slowest worker"},
    Words{"t_slowest_step", "the step of the slowest worker"},
    Words{"t_slowest_forward", "the forward pass of the slowest stage"},
    Words{"t_slowest_backward", "the backward pass of the slowest stage"},
    Words{"t_last_weights", "gradients by weights that are left for the end"},
    Words{"t_last_bucket", "until the last bucket of gradients is summed"},
    Words{"t_last_scatter", "the last reduce-scatter, which nothing hides"},
    Words{"t_debias", "the division of the sum by its weight"},
};

constexpr std::array arguments = {
    Words{"n", "all n parameters"},
    Words{"2n", "two times all n parameters"},
    Words{"n+1", "all n parameters and their weight"},
    Words{"n/P", "a P-th of the n parameters"},
    Words{"n/K", "a server's part of the n parameters"},
    Words{"n/m", "a part of the n parameters, which m workers that hold a model divide among them"},
    Words{"n/tp", "a part of the n parameters, which tp workers divide among them"},
    Words{"n/S", "a part of the n parameters, which S workers divide among them"},
    Words{"n/2c", "one of c chunks of half of the n parameters"},
    Words{"k", "the k scalars of an encoded message"},
    Words{"b", "b samples"},
    Words{"1", "one sample"},
    Words{"layers/m", "a part of the layers, which m workers that hold a model divide among them"},
    Words{"layers/P", "a P-th of the layers"},
    Words{"1/v", "each stage's first of v chunks"},
    Words{"activations", "activations"},
    Words{"factors", "the factors of low rank"},
};

template <std::size_t size>
std::string_view find(const std::array<Words, size>& all, std::string_view symbol) {
  const auto found = std::ranges::find(all, symbol, &Words::symbol);
  return found == all.end() ? std::string_view() : found->words;
}

}  // namespace

std::string symbol_words(std::string_view symbol) {
  const std::size_t open = symbol.find('(');
  std::string words(find(symbols, symbol.substr(0, open)));
  if (open == std::string_view::npos || words.empty()) return words;
  const std::string_view argument =
      find(arguments, symbol.substr(open + 1, symbol.size() - open - 2));
  if (argument.empty()) return {};
  return words.append(", of ").append(argument);
}

std::string symbols_text(const models::Formula& formula, Style style) {
  std::string text;
  for (const auto& [symbol, value] : formula.where())
    text += definition(symbol, fmt::format("{}: {}", value, symbol_words(symbol)), style);
  return text;
}

}  // namespace lockstep::reports
