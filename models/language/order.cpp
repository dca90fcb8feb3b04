#include "models/language/order.hpp"

namespace lockstep::models {

namespace {

bool is_parameters(const Payload& payload) {
  const bool some =
      payload.buffer == Buffer::parameters || payload.buffer == Buffer::own_parameters;
  return some && payload.count > 0;
}

struct OnParameters {
  bool operator()(const Reduce& reduce) const { return is_parameters(reduce.message.payload); }
  bool operator()(const Store& store) const { return is_parameters(store.message.payload); }
  bool operator()(const Update& update) const { return is_parameters(update.payload); }
  bool operator()(const Copy& copy) const {
    return is_parameters(copy.payload) || copy.to == Buffer::parameters;
  }
  bool operator()(const Post& post) const { return is_parameters(post.message.payload); }
  bool operator()(const Send& send) const { return is_parameters(send.message.payload); }
  bool operator()(const Exchange& exchange) const {
    return is_parameters(exchange.message.payload);
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

}  // namespace

bool is_on_parameters(const Operation& operation) { return std::visit(OnParameters{}, operation); }

}  // namespace lockstep::models
