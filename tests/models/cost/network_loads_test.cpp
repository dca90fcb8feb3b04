#include "models/cost/network_loads.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/models/run_of.hpp"

namespace lockstep::models {

TEST_CASE("network_loads: what was cleared is as new, and the busiest is the largest of all") {
  for (const char* topology : {"star", "ring", "fully_connected"})
    for (const Sharing sharing : {Sharing::max_min, Sharing::single_port, Sharing::none}) {
      CAPTURE(topology);
      CAPTURE(static_cast<int>(sharing));
      const Setup setup =
          testing::RunOf{.topology = topology, .hosts = 9, .sharing = sharing, .kind = "sync_sgd"}
              .setup();
      NetworkLoads used(setup);
      for (Rank to = 1; to < 9; ++to) used.add(0, to, 1000 * to);
      used.add(3, 1, 0);  // a message without bytes
      used.clear();
      CHECK(used.busiest_s() == 0);
      NetworkLoads fresh(setup);
      for (NetworkLoads* loads : {&used, &fresh}) {
        loads->add(2, 1, 5000, 3);
        loads->add(4, 1, 7000);
      }
      CHECK(used.seconds() == fresh.seconds());
      CHECK(used.behind_all_s(2, 1, 5000) == fresh.behind_all_s(2, 1, 5000));
      const double most_s =
          fresh.seconds().empty() ? 0 : *std::ranges::max_element(fresh.seconds());
      CHECK(used.busiest_s() == most_s);
      CHECK((used.busiest_s() > 0) == (sharing != Sharing::none));
    }
}

}  // namespace lockstep::models
