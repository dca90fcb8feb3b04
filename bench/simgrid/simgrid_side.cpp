// The work of bench/simgrid/compare.sh on SimGrid (https://simgrid.org), with its fluid model CM02
// and no corrections for TCP, which is the max-min sharing that Lockstep has.
//
//   simgrid_side ring HOSTS LEAVES UPLINK_HOSTS BYTES     a ring all-reduce without folds
//   simgrid_side flows HOSTS LEAVES UPLINK_HOSTS < FILE   lines of "from to bytes", all begun at 0
//
// Hosts have links of 1.25e9 B/s and 10 us to a switch; with LEAVES above 0, host i is behind leaf
// i mod LEAVES, whose uplink has the bandwidth of UPLINK_HOSTS hosts. Prints the simulated seconds.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg = simgrid::s4u;

namespace {

constexpr double bytes_per_s = 1.25e9;
constexpr double latency_s = 10e-6;

std::vector<sg::LinkInRoute> up(const sg::Link* link) {
  return {sg::LinkInRoute(link, sg::LinkInRoute::Direction::UP)};
}

sg::Host* add_host(sg::NetZone* zone, int number) {
  const std::string name = std::to_string(number);
  sg::Host* host = zone->create_host("h" + name, 1e9);
  const sg::Link* link =
      zone->create_split_duplex_link("l" + name, bytes_per_s)->set_latency(latency_s)->seal();
  zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, up(link), true);
  host->seal();
  return host;
}

std::vector<sg::Host*> make_cluster(int hosts, int leaves, double uplink_hosts) {
  sg::NetZone* root = sg::create_star_zone("root");
  std::vector<sg::Host*> all(static_cast<std::size_t>(hosts));
  for (int host = 0; leaves == 0 && host < hosts; ++host)
    all[static_cast<std::size_t>(host)] = add_host(root, host);
  for (int leaf = 0; leaf < leaves; ++leaf) {
    const std::string name = std::to_string(leaf);
    sg::NetZone* zone = sg::create_star_zone("leaf" + name);
    zone->set_parent(root);
    const auto router = zone->create_router("router" + name);
    for (int host = leaf; host < hosts; host += leaves)
      all[static_cast<std::size_t>(host)] = add_host(zone, host);
    zone->seal();
    const sg::Link* uplink =
        root->create_split_duplex_link("uplink" + name, uplink_hosts * bytes_per_s)
            ->set_latency(latency_s)
            ->seal();
    root->add_route(zone->get_netpoint(), nullptr, router, nullptr, up(uplink), true);
  }
  root->seal();
  return all;
}

// 2 (P-1) steps, in each of which a rank sends a P-th of the vector to the right and waits for both
// messages.
void rank_of_ring(int rank, int ranks, double bytes) {
  static int payload = 0;
  sg::Mailbox* to = sg::Mailbox::by_name(std::to_string((rank + 1) % ranks));
  sg::Mailbox* own = sg::Mailbox::by_name(std::to_string(rank));
  for (int step = 0; step < 2 * (ranks - 1); ++step) {
    const sg::CommPtr sent = to->put_async(&payload, static_cast<std::uint64_t>(bytes / ranks));
    own->get<int>();
    sent->wait();
  }
}

void all_flows(const std::vector<sg::Host*>& hosts) {
  std::vector<sg::CommPtr> flows;
  std::size_t from = 0;
  std::size_t to = 0;
  std::uint64_t bytes = 0;
  while (std::cin >> from >> to >> bytes)
    flows.push_back(
        sg::Comm::sendto_init(hosts[from], hosts[to])->set_payload_size(bytes)->start());
  for (const sg::CommPtr& flow : flows) flow->wait();
}

}  // namespace

int main(int argc, char** argv) {
  sg::Engine engine(&argc, argv);
  if (argc < 5) return 2;
  for (const char* setting :
       {"network/model:CM02", "network/TCP-gamma:0", "network/crosstraffic:0", "network/weight-S:0",
        "network/latency-factor:1", "network/bandwidth-factor:1"})
    sg::Engine::set_config(setting);
  const int count = std::atoi(argv[2]);
  const std::vector<sg::Host*> hosts = make_cluster(count, std::atoi(argv[3]), std::atof(argv[4]));
  if (std::strcmp(argv[1], "ring") == 0) {
    for (int rank = 0; rank < count; ++rank)
      sg::Actor::create("rank", hosts[static_cast<std::size_t>(rank)], rank_of_ring, rank, count,
                        std::atof(argv[5]));
  } else {
    sg::Actor::create("flows", hosts[0], all_flows, hosts);
  }
  engine.run();
  std::printf("%.12g\n", sg::Engine::get_clock());
}
