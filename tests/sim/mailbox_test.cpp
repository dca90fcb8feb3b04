#include "sim/mailbox.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine.hpp"
#include "sim/process.hpp"

namespace lockstep::sim {
namespace {

// Who received which message.
using Received = std::vector<std::pair<int, int>>;

Process receiver(Mailbox<int>& mailbox, int who, std::int32_t source, std::int32_t tag, int times,
                 Received& received) {
  for (int i = 0; i < times; ++i) {
    const int message = co_await mailbox.receive(source, tag);
    received.emplace_back(who, message);
  }
}

Process deliverer(Engine& engine, Mailbox<int>& mailbox, Picoseconds at, std::int32_t source,
                  std::int32_t tag, int message) {
  co_await engine.delay(at);
  mailbox.deliver(source, tag, message);
}

struct MailboxFixture {
  Engine engine;
  Mailbox<int> mailbox;
  Received received;

  void receive(int who, std::int32_t source, std::int32_t tag, int times = 1) {
    engine.spawn(receiver(mailbox, who, source, tag, times, received), {"receiver", who});
  }
};

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: a receive takes the oldest message that fits it") {
  mailbox.deliver(1, 7, 10);
  mailbox.deliver(2, 7, 20);
  mailbox.deliver(1, 8, 30);
  mailbox.deliver(1, 7, 40);
  CHECK(mailbox.unreceived() == 4);
  receive(0, 1, 7);  // 10: the oldest
  receive(0, 1, 7);  // 40: 20 comes from elsewhere, 30 has another tag
  receive(0, 1, 8);
  CHECK(engine.run().finished());
  CHECK(received == Received{{0, 10}, {0, 40}, {0, 30}});
  CHECK(mailbox.unreceived() == 1);
}

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: any_source takes from whoever came first, of its tag") {
  mailbox.deliver(5, 1, 50);
  mailbox.deliver(3, 2, 30);
  mailbox.deliver(4, 2, 40);
  receive(0, any_source, 2, 2);
  receive(0, any_source, 1);
  CHECK(engine.run().finished());
  CHECK(received == Received{{0, 30}, {0, 40}, {0, 50}});
}

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: a message goes to who has waited longest for it") {
  receive(1, 9, 1);           // waits for another source
  receive(2, any_source, 1);  // the longest of those that the message fits
  receive(3, 4, 1);
  engine.spawn(deliverer(engine, mailbox, {10}, 4, 1, 100), {});
  engine.spawn(deliverer(engine, mailbox, {20}, 4, 1, 200), {});
  engine.spawn(deliverer(engine, mailbox, {30}, 9, 1, 300), {});
  CHECK(engine.run().finished());
  CHECK(received == Received{{2, 100}, {3, 200}, {1, 300}});
}

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: a receiver goes on at the instant of the delivery") {
  receive(1, any_source, 1);
  engine.spawn(deliverer(engine, mailbox, {10}, 4, 1, 100), {});
  CHECK(engine.run().finished());
  CHECK(engine.now().ps == 10);
  CHECK(received == Received{{1, 100}});
}

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: who receives again waits behind the others") {
  receive(1, any_source, 1, 2);
  receive(2, any_source, 1, 2);
  for (int i = 1; i <= 4; ++i) engine.spawn(deliverer(engine, mailbox, {i}, 0, 1, i), {});
  CHECK(engine.run().finished());
  CHECK(received == Received{{1, 1}, {2, 2}, {1, 3}, {2, 4}});
}

// Enough kept messages that the mailbox drops those taken from its front, several times over,
// while others are taken from the middle.
TEST_CASE_FIXTURE(MailboxFixture, "mailbox: a long queue of kept messages stays in order") {
  Received expected;
  for (int i = 0; i < 300; ++i) mailbox.deliver(i % 3, 1, i);
  receive(0, 0, 1, 100);
  receive(1, any_source, 1, 200);
  for (int i = 0; i < 300; i += 3) expected.emplace_back(0, i);
  for (int i = 0; i < 300; ++i)
    if (i % 3 != 0) expected.emplace_back(1, i);
  CHECK(engine.run().finished());
  CHECK(received == expected);
  CHECK(mailbox.unreceived() == 0);
}

TEST_CASE_FIXTURE(MailboxFixture, "mailbox: a receive that nothing fits is a deadlock") {
  mailbox.deliver(1, 7, 10);
  receive(0, 1, 8);
  CHECK(engine.run().kind == Outcome::Kind::deadlock);
  CHECK(received.empty());
  CHECK(mailbox.unreceived() == 1);
}

}  // namespace
}  // namespace lockstep::sim
