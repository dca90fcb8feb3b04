// Machines of several devices: each device is a host.
//
// Within a machine, every device has a link to each of the machine's `switches` (NVSwitch, a PCIe
// switch). With `bus`, the devices share one channel instead, which everything that leaves or
// enters a device crosses. If there are several machines, each has `ports` network ports, p below.
// The number of ports must divide the number of devices, d, or be a multiple of it. Device i has a
// link to port floor(i p / d) or, if p is a multiple of d, to the p / d ports from i p / d on; with
// `bus`, every port is on the bus. All ports lead to one switch of the network. With `rails`, port
// r of each machine leads to the switch of rail r instead, and messages change rails inside a
// machine (as with PXN in NCCL).
//
// A cut between two halves of the machines severs floor(machines / 2) * ports links; a cut through
// a single machine severs floor(devices / 2) * switches (1 with a bus).
#pragma once

#include <array>

#include "topologies/shapes.hpp"

namespace lockstep::topologies {

Result<Topology> build_machine(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_machine(const TopologySpec& spec);

inline constexpr std::array machine_keys = {
    ShapeKey{"machines", ShapeValue::count, "How many machines; default 1."},
    ShapeKey{"devices", ShapeValue::count, "How many devices a machine has.", true},
    ShapeKey{"hosts", ShapeValue::count, "The number of devices of all machines, if it is given."},
    ShapeKey{"link", ShapeValue::link, "The link of a device to each switch, or the bus.", true},
    ShapeKey{"switches", ShapeValue::count, "How many switches join the devices; default 1."},
    ShapeKey{"bus", ShapeValue::flag, "The devices share one channel in place of switches."},
    ShapeKey{"ports", ShapeValue::count, "How many network ports a machine has; default 1."},
    ShapeKey{"port_link", ShapeValue::link,
             "The link between a device and a network port; default: link."},
    ShapeKey{"network", ShapeValue::link,
             "The link between a port and the network; needed for several machines."},
    ShapeKey{"rails", ShapeValue::flag,
             "Each port number has a switch of its own in the network."}};

}  // namespace lockstep::topologies
