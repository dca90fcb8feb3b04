// Machines of several devices: each device is a host.
//
// Within a machine every device has a link to each of its `switches` (NVSwitch, a PCIe switch) or,
// with `bus`, all share one channel, which whatever leaves or enters a device crosses. A machine
// has `ports` network ports. Ports are dealt out to the devices in blocks: device i of d uses port
// floor(i p / d) if there are fewer ports than devices, and ports i p / d ... if there are more.
// All ports of all machines lead to one switch of the network or, with `rails`, port number r of
// each machine leads to the switch of rail r; from one rail to another one goes through a machine
// (as PXN of NCCL does).
//
// Cut between two halves of the machines, floor(machines / 2) * ports links are lost; within one
// machine, floor(devices / 2) * switches (1 with a bus).
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
