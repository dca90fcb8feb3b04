// Messages between processes: a mailbox from which a process reads by source and tag.
//
// Matching follows MPI: a receive takes the oldest delivered message that fits it; `any_source`
// fits every source. A delivered message goes to the process that has waited longest for it.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lockstep::sim {

inline constexpr std::int32_t any_source = -1;

template <class Message>
class Mailbox {
 public:
  // Delivers `message`: resumes the process that waits for it at once or, if there is none, keeps
  // it.
  void deliver(std::int32_t source, std::int32_t tag, const Message& message) {
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      Receive* receive = waiting_[i];
      if (!receive->fits(source, tag)) continue;
      receive->message = message;
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      receive->handle.resume();
      return;
    }
    kept_.push_back({source, tag, message});
    if (watch_ != nullptr && watch_->tag == tag) std::exchange(watch_, nullptr)->arrived();
  }

  // `Message m = co_await mailbox.receive(source, tag)`. The message belongs to what `receive`
  // returns.
  [[nodiscard]] auto receive(std::int32_t source, std::int32_t tag) {
    return Receive{this, source, tag, {}, {}};
  }

  // Whether there is a message with `tag` that nobody has received.
  [[nodiscard]] bool holds(std::int32_t tag) const {
    return std::any_of(kept_.begin() + static_cast<std::ptrdiff_t>(first_kept_), kept_.end(),
                       [tag](const Kept& kept) { return kept.tag == tag; });
  }

  // A callback for the next message with `tag` that is delivered and not received at once. There is
  // one at a time.
  struct Watch {
    std::int32_t tag = 0;
    void* target = nullptr;
    void (*run)(void* target) = nullptr;
    void arrived() const { run(target); }
  };
  void watch(const Watch* watch) { watch_ = watch; }

  // Returns how many delivered messages nobody has received.
  [[nodiscard]] std::size_t unreceived() const { return kept_.size() - first_kept_; }

 private:
  struct Kept {
    std::int32_t source;
    std::int32_t tag;
    Message message;
  };
  struct Receive {
    Mailbox* mailbox;
    std::int32_t source;
    std::int32_t tag;
    Message message;
    std::coroutine_handle<> handle;

    [[nodiscard]] bool fits(std::int32_t from, std::int32_t with_tag) const {
      return with_tag == tag && (source == any_source || source == from);
    }
    [[nodiscard]] bool await_ready() { return mailbox->take_kept(*this); }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      mailbox->waiting_.push_back(this);
    }
    [[nodiscard]] const Message& await_resume() const { return message; }
  };

  // Takes the oldest kept message that fits. Messages at the front are taken without moving the
  // rest.
  bool take_kept(Receive& receive) {
    for (std::size_t i = first_kept_; i < kept_.size(); ++i) {
      if (!receive.fits(kept_[i].source, kept_[i].tag)) continue;
      receive.message = kept_[i].message;
      if (i == first_kept_) {
        ++first_kept_;
        if (first_kept_ > 32 && first_kept_ * 2 > kept_.size()) drop_taken();
      } else {
        kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      if (first_kept_ == kept_.size()) {
        kept_.clear();
        first_kept_ = 0;
      }
      return true;
    }
    return false;
  }
  void drop_taken() {
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(first_kept_));
    first_kept_ = 0;
  }

  std::vector<Kept> kept_;  // oldest first; those before `first_kept_` are taken
  std::size_t first_kept_ = 0;
  std::vector<Receive*> waiting_;  // longest first
  const Watch* watch_ = nullptr;
};

}  // namespace lockstep::sim
