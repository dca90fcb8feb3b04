#include "models/parts/servers/exchange_times.hpp"

#include <limits>

#include "models/parts/servers/exchange_costs.hpp"

namespace lockstep::models {

namespace {

template <class Term>
Term count_term(const char* name, std::int64_t count) {
  return Terms<Term>::number(name, static_cast<double>(count));
}

// One worker after another thing: its steps, and what it waits for. Where it pushes and fetches
// after each step, that is iterations times the same.
template <class Term>
Term worker_chain(const Exchanges& plan, const ExchangeParts& parts, bool grouped) {
  using T = Terms<Term>;
  const PushAndAnswer& exchange = parts.exchange;
  const bool dense = plan.compression.none();
  const Term round = T::seconds(grouped ? "t_group_round" : "t_passes", parts.round_s);
  const Term applied = T::seconds("t_push", exchange.push_s) +
                       (dense ? Term(T::seconds("t_update(n/K)", exchange.update_s))
                              : T::seconds("t_decode(n/K)", exchange.decode_s) +
                                    T::seconds("t_update(n/K)", exchange.update_s));
  const Term round_trip = applied + T::seconds("t_answer", exchange.answer_s);
  const Term answered =
      dense ? round_trip : T::seconds("t_encode(n/K)", exchange.encode_s) + round_trip;
  const Term iterations = count_term<Term>("iterations", plan.steps);
  if (plan.only_answered_pushes()) return iterations * (round + answered);
  Term chain = iterations * round + count_term<Term>("local_steps", plan.local_steps()) *
                                        T::seconds("t_update(n)", parts.local_step_s);
  if (plan.answered_pushes() > 0)
    chain = chain + count_term<Term>("answered_pushes", plan.answered_pushes()) * answered;
  if (plan.accumulations() > 0)
    chain = chain + count_term<Term>("accumulations", plan.accumulations()) *
                        T::seconds("t_fold(n)", parts.accumulation_s);
  if (!dense && plan.pushes() > plan.answered_pushes())
    chain = chain + count_term<Term>("other_pushes", plan.pushes() - plan.answered_pushes()) *
                        T::seconds("t_encode(n)", parts.encode_s);
  if (plan.requests() > 0)
    chain = chain + count_term<Term>("requests", plan.requests()) *
                        T::seconds("t_request", parts.request_s);
  if (plan.push_after_fetch)
    chain = chain +
            count_term<Term>("fetches", plan.fetches()) *
                T::seconds("t_fetched(n)", parts.taking_in_s) +
            T::seconds("t_last_push", parts.last_s);
  return chain;
}

template <class Term>
Term expression_of(const Setup& setup, const Exchanges& plan, const ExchangeParts& parts) {
  using T = Terms<Term>;
  const bool grouped = plan.grouped(setup);
  const Term pushes =
      count_term<Term>(plan.push_period == 1 ? "iterations" : "pushes", plan.pushes());
  const Term update = T::seconds("t_server_update(n/K)", parts.update_s);
  const Term applied = plan.compression.none()
                           ? update
                           : T::seconds("t_server_decode(n/K)", parts.decode_s) + update;
  const Term device =
      pushes * count_term<Term>(grouped ? "groups" : "P", plan.pushers) * applied +
      T::seconds(setup.placement == Placement::colocated ? "t_steps_beside" : "t_first_and_last",
                 parts.beside_s);
  const Term chain = worker_chain<Term>(plan, parts, grouped);
  if (parts.link_s <= 0) return max(chain, device);
  return max(chain, max(device, T::seconds("t_busiest_link", parts.link_s)));
}

}  // namespace

double exchange_chain_s(const Setup& setup, const Exchanges& plan, const ExchangeParts& parts) {
  return worker_chain<double>(plan, parts, plan.grouped(setup));
}

namespace {

// The chain, in which exchanges take as long as if nothing overlapped. How long messages inside
// groups, queues at the ports of several servers, and codings beside a server's updates or for
// several servers hold each other up is not known.
double most_s(const Setup& setup, const Exchanges& plan, ExchangeParts parts,
              const ExchangePhases& phases) {
  const bool queues = setup.cluster.sharing == Sharing::single_port && setup.servers > 1;
  const bool codes_beside =
      !plan.compression.none() && (setup.servers > 1 || setup.placement == Placement::colocated);
  // A worker that does not wait for its pushes meets them again at the servers that it asks next.
  const bool unanswered = setup.servers > 1 && plan.requests() > 0;
  if (plan.grouped(setup) || queues || codes_beside || unanswered)
    return std::numeric_limits<double>::infinity();
  parts.exchange = {.encode_s = parts.exchange.encode_s};
  parts.request_s = parts.last_s = 0;
  return exchange_chain_s(setup, plan, parts) +
         static_cast<double>(plan.pushes()) * (phases.push_s + phases.apply_s) +
         static_cast<double>(plan.fetches()) * phases.answer_s;
}

}  // namespace

ExchangeTimes exchange_times(const Setup& setup, const Exchanges& plan) {
  ExchangeCosts costs(setup, plan);
  const ExchangeParts parts = costs.parts();
  return {expression_of<double>(setup, plan, parts), most_s(setup, plan, parts, costs.phases())};
}

Formula exchanges_formula(const Setup& setup, const Exchanges& plan) {
  ExchangeCosts costs(setup, plan);
  return expression_of<Formula>(setup, plan, costs.parts());
}

}  // namespace lockstep::models
