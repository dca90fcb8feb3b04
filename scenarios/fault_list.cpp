#include "scenarios/fault_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/json_pointer.hpp"

namespace lockstep::scenarios {

void FaultList::add(std::string pointer, std::string message) {
  Fault fault{std::move(pointer), std::move(message)};
  if (!full()) {
    // Algorithms that are compared can have the same fault.
    if (std::find(kept_.begin(), kept_.end(), fault) != kept_.end()) return;
    kept_.push_back(std::move(fault));
  }
  ++count_;
}

void FaultList::add_all(const Faults& faults, std::string_view pointer) {
  for (const Fault& fault : faults) add(fmt::format("{}{}", pointer, fault.pointer), fault.message);
}

namespace {

// Keys and names of the file stand in faults; none of them may break the line.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7F)
      result += fmt::format("\\u{:04x}", code);
    else
      result += c;
  }
  return result;
}

}  // namespace

Faults FaultList::in_file_order(const Json& document) const {
  Faults faults = kept_;
  sort_in_file_order(faults, document);
  for (Fault& fault : faults) fault = {printable(fault.pointer), printable(fault.message)};
  if (count_ > kept_.size())
    faults.push_back({"", fmt::format("and {} faults more", count_ - kept_.size())});
  return faults;
}

}  // namespace lockstep::scenarios
