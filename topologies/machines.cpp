#include "topologies/machines.hpp"

#include <algorithm>

namespace lockstep::topologies {
namespace {

struct Shape {
  std::int64_t machines;
  std::int64_t devices;
  std::int64_t switches;  // of a machine; 0 with a bus
  std::int64_t ports;     // of a machine; 0 if there is one machine
  bool bus;
  bool rails;

  explicit Shape(const TopologySpec& spec)
      : machines(count_of(spec, "machines", 1)),
        devices(count_of(spec, "devices")),
        switches(flag_of(spec, "bus") ? 0 : count_of(spec, "switches", 1)),
        ports(machines > 1 ? count_of(spec, "ports", 1) : 0),
        bus(flag_of(spec, "bus")),
        rails(flag_of(spec, "rails")) {}
  [[nodiscard]] std::int64_t hosts() const { return machines * devices; }
  // Links between devices and ports of a machine.
  [[nodiscard]] std::int64_t port_links() const {
    if (ports == 0) return 0;
    return bus ? 2 * ports : std::max(ports, devices);
  }
  [[nodiscard]] std::int64_t network_switches() const { return ports == 0 ? 0 : rails ? ports : 1; }
};

class MachineBuilder {
 public:
  explicit MachineBuilder(const TopologySpec& spec)
      : shape_(spec),
        link_(*link_of(spec, "link")),
        port_link_(link_of(spec, "port_link").value_or(link_)),
        network_(link_of(spec, "network").value_or(link_)),
        builder_(spec, count_machine(spec)) {}

  Topology build() {
    for (std::int64_t machine = 0; machine < shape_.machines; ++machine)
      for (std::int64_t device = 0; device < shape_.devices; ++device)
        builder_.add_host(shape_.machines == 1
                              ? fmt::format("device{}", device)
                              : fmt::format("machine{}.device{}", machine, device));
    for (std::int64_t machine = 0; machine < shape_.machines; ++machine) add_machine(machine);
    if (shape_.ports > 0) add_network();
    const bool is_star = shape_.machines == 1 && shape_.switches == 1;
    return builder_.finish(is_star ? Wiring::star : Wiring::general);
  }

 private:
  [[nodiscard]] std::string name(std::int64_t machine, std::string_view what,
                                 std::int64_t number) const {
    if (shape_.machines == 1) return fmt::format("{}{}", what, number);
    return fmt::format("machine{}.{}{}", machine, what, number);
  }
  [[nodiscard]] NodeIndex device(std::int64_t machine, std::int64_t number) const {
    return static_cast<NodeIndex>(machine * shape_.devices + number);
  }

  void add_machine(std::int64_t machine) {
    if (shape_.bus)
      add_bus(machine);
    else
      add_switches(machine);
  }

  void add_switches(std::int64_t machine) {
    for (std::int64_t number = 0; number < shape_.switches; ++number) {
      const NodeIndex one = builder_.add_node(name(machine, "switch", number));
      for (std::int64_t i = 0; i < shape_.devices; ++i)
        builder_.join(device(machine, i), one, link_, "device link");
    }
    const std::int64_t most = std::max(shape_.ports, shape_.devices);
    for (std::int64_t port = 0; port < shape_.ports; ++port)
      ports_.push_back(builder_.add_node(name(machine, "port", port)));
    for (std::int64_t i = 0; i < (shape_.ports > 0 ? most : 0); ++i)
      builder_.join(device(machine, i * shape_.devices / most),
                    port_node(machine, i * shape_.ports / most), port_link_, "port link");
  }

  // One channel from where all enter to where all leave. What is beside it takes no time.
  void add_bus(std::int64_t machine) {
    const NodeIndex entry = builder_.add_node(name(machine, "bus_entry", 0));
    const NodeIndex exit = builder_.add_node(name(machine, "bus_exit", 0));
    LinkSpec channel = link_;
    channel.duplex = Duplex::simplex;
    builder_.join(entry, exit, channel, "bus");
    LinkSpec side = channel;
    side.latency_s = 0;
    side.unshared = true;
    const auto attach = [&](NodeIndex node, const LinkSpec& link, std::string_view role) {
      builder_.join(node, entry, link, role);
      builder_.join(exit, node, link, role);
    };
    for (std::int64_t i = 0; i < shape_.devices; ++i)
      attach(device(machine, i), side, "device link");
    for (std::int64_t port = 0; port < shape_.ports; ++port) {
      ports_.push_back(builder_.add_node(name(machine, "port", port)));
      LinkSpec one_way = port_link_;
      one_way.duplex = Duplex::simplex;
      attach(ports_.back(), one_way, "port link");
    }
  }

  [[nodiscard]] NodeIndex port_node(std::int64_t machine, std::int64_t port) const {
    return ports_[static_cast<std::size_t>(machine * shape_.ports + port)];
  }

  void add_network() {
    for (std::int64_t rail = 0; rail < shape_.network_switches(); ++rail) {
      const NodeIndex one =
          builder_.add_node(shape_.rails ? fmt::format("rail{}", rail) : "network");
      for (std::int64_t machine = 0; machine < shape_.machines; ++machine)
        for (std::int64_t port = 0; port < shape_.ports; ++port)
          if (!shape_.rails || port == rail)
            builder_.join(port_node(machine, port), one, network_,
                          shape_.rails ? "rail" : "uplink");
    }
  }

  Shape shape_;
  LinkSpec link_;
  LinkSpec port_link_;
  LinkSpec network_;
  ShapeBuilder builder_;
  std::vector<NodeIndex> ports_;
};

void check_ports(const TopologySpec& spec, const Shape& shape, Faults& faults) {
  if (shape.machines == 1) {
    for (const std::string_view key : {"ports", "port_link", "network", "rails"})
      if (has_setting(spec, key))
        faults.push_back({"/" + std::string(key), "has no effect on one machine"});
    return;
  }
  if (!has_setting(spec, "network"))
    faults.push_back({"/network", "missing; several machines need the link of a port"});
  const auto [few, many] = std::minmax(shape.ports, shape.devices);
  if (many % few != 0)
    faults.push_back({"/ports", fmt::format("must divide the number of devices, {}, or be a "
                                            "multiple of it, found {}",
                                            shape.devices, shape.ports)});
}

}  // namespace

ShapeCounts count_machine(const TopologySpec& spec) {
  const Shape shape(spec);
  ShapeCounts counts;
  counts.hosts = shape.hosts();
  const std::int64_t inner_nodes = shape.bus ? 2 : shape.switches;
  const std::int64_t inner_links =
      shape.bus ? 1 + 2 * shape.devices : shape.switches * shape.devices;
  counts.nodes =
      counts.hosts + shape.machines * (inner_nodes + shape.ports) + shape.network_switches();
  counts.links = shape.machines * (inner_links + shape.port_links() + shape.ports);
  const std::int64_t inner_cut = shape.bus ? 1 : shape.devices / 2 * shape.switches;
  counts.bisection_links = shape.machines > 1 ? shape.machines / 2 * shape.ports : inner_cut;
  const std::int64_t within = shape.devices == 1 ? 0 : shape.bus ? 3 : 2;
  // From a device to its port, to the network, and so down; with a bus at each end, over both.
  // With several rails one may have to go within a machine first.
  const bool crosses = shape.rails && shape.ports > 1;
  counts.diameter = shape.machines == 1 ? within : shape.bus ? 8 : 4 + (crosses ? within : 0);
  return counts;
}

Result<Topology> build_machine(const TopologySpec& spec) {
  const Shape shape(spec);
  Faults faults;
  const std::array devices = {shape.machines, shape.devices};
  const std::int64_t hosts = product_up_to(devices, most_hosts);
  const std::array inner = {hosts, std::max<std::int64_t>(shape.switches, 3)};
  const std::array ports = {shape.machines, std::max(shape.ports, shape.devices), std::int64_t{3}};
  const bool is_large = product_up_to(inner, most_links) > most_links ||
                        product_up_to(ports, most_links) > most_links;
  check_size(spec, hosts, is_large ? most_links + 1 : count_machine(spec).links,
             "machines x devices", faults);
  if (shape.bus && has_setting(spec, "switches"))
    faults.push_back({"/switches", "cannot be combined with \"bus\""});
  check_ports(spec, shape, faults);
  check_links(spec, machine_keys, faults);
  if (!faults.empty()) return faults;
  return MachineBuilder(spec).build();
}

}  // namespace lockstep::topologies
