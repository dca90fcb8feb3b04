// The files of topologies/presets, compiled in.
#pragma once

#include <string_view>

namespace lockstep::scenarios {

extern const std::string_view device_presets_text;
extern const std::string_view link_presets_text;
extern const std::string_view machine_presets_text;

}  // namespace lockstep::scenarios
