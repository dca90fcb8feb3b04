// The memory of a WebAssembly instance has 32-bit addresses and grows by pages of 64 KiB.
#include "runs/available_memory.hpp"

namespace lockstep::runs {

AvailableMemory available_memory(const std::filesystem::path& /*root*/) {
  constexpr std::uint64_t page_bytes = 65'536;
  constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32U;
  const std::uint64_t used = page_bytes * __builtin_wasm_memory_size(0);
  return {most_bytes - used, "of the page's memory are left"};
}

}  // namespace lockstep::runs
