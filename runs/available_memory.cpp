#include "runs/available_memory.hpp"

#include <pthread.h>
#include <sys/resource.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <sstream>

#include "models/readers/numerics/needed_memory.hpp"

namespace lockstep::runs {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

// The limit of data that this program gave itself, which is no news to its user.
rlim_t own_limit = RLIM_INFINITY;

// The number after `key` in a file of lines "key number ...": of a file with one number, the empty
// key. Nothing where there is none: "max".
std::optional<std::uint64_t> number_in(const fs::path& file, const std::string& key) {
  std::ifstream stream(file);
  std::string line;
  while (std::getline(stream, line)) {
    if (!line.starts_with(key)) continue;
    std::istringstream rest(line.substr(key.size()));
    std::uint64_t number = 0;
    if (rest >> number) return number;
  }
  return std::nullopt;
}

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) {
  return limit > used ? limit - used : 0;
}

std::uint64_t left_of_machine(const fs::path& root) {
  const fs::path file = root / "proc/meminfo";
  const auto available = number_in(file, "MemAvailable:");
  if (!available) return unlimited;
  return 1024 * (*available + number_in(file, "SwapFree:").value_or(0));
}

// Of one group's folder; pages of files that the kernel can give up at once are not in use.
std::uint64_t left_of_group(const fs::path& folder, const char* limit_file, const char* used_file,
                            const std::string& inactive_key) {
  const auto limit = number_in(folder / limit_file, "");
  const auto used = number_in(folder / used_file, "");
  if (!limit || !used) return unlimited;
  return left_of(*limit,
                 left_of(*used, number_in(folder / "memory.stat", inactive_key).value_or(0)));
}

// The least of a group and those that it is in.
template <class LeftOf>
std::uint64_t least_up_to(const fs::path& mount, fs::path group, const LeftOf& left_of_folder) {
  std::uint64_t least = left_of_folder(mount / group.relative_path());
  while (group.has_relative_path()) {
    group = group.parent_path();
    least = std::min(least, left_of_folder(mount / group.relative_path()));
  }
  return least;
}

std::uint64_t left_of_groups(const fs::path& root) {
  std::ifstream stream(root / "proc/self/cgroup");
  std::uint64_t least = unlimited;
  std::string line;  // "0::/group" of version 2, "4:memory:/group" of version 1
  while (std::getline(stream, line)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty())
      least =
          std::min(least, least_up_to(root / "sys/fs/cgroup", group, [](const fs::path& folder) {
                     return left_of_group(folder, "memory.max", "memory.current", "inactive_file ");
                   }));
    if (controllers.find("memory") != std::string::npos)
      least = std::min(
          least, least_up_to(root / "sys/fs/cgroup/memory", group, [](const fs::path& folder) {
            return left_of_group(folder, "memory.limit_in_bytes", "memory.usage_in_bytes",
                                 "total_inactive_file ");
          }));
  }
  return least;
}

std::uint64_t left_of_limit(int resource, const fs::path& root, const std::string& used_key) {
  rlimit limit = {};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0 ||
      limit.rlim_cur == RLIM_INFINITY || (resource == RLIMIT_DATA && limit.rlim_cur == own_limit))
    return unlimited;
  return left_of(limit.rlim_cur, 1024 * number_in(root / "proc/self/status", used_key).value_or(0));
}

}  // namespace

AvailableMemory available_memory(const fs::path& root) {
  const AvailableMemory all[] = {
      {left_of_machine(root), "of this machine's memory are left"},
      {left_of_groups(root), "are left to its control group"},
      {left_of_limit(RLIMIT_AS, root, "VmSize:"), "are left of the limit (ulimit -v)"},
      {left_of_limit(RLIMIT_DATA, root, "VmData:"), "are left of the limit (ulimit -d)"}};
  return *std::ranges::min_element(all, {}, &AvailableMemory::bytes);
}

void refuse_memory_beyond_available() {
#ifdef NDEBUG  // sanitizers' builds have none
  const AvailableMemory available = available_memory();
  const auto used = number_in("/proc/self/status", "VmData:");
  rlimit limit = {};
  if (available.bytes == unlimited || !used || getrlimit(RLIMIT_DATA, &limit) != 0) return;
  own_limit = std::min<rlim_t>(limit.rlim_cur, 1024 * *used + available.bytes);
  limit.rlim_cur = own_limit;
  (void)setrlimit(RLIMIT_DATA, &limit);
  // Stacks count in full, and a rank's thread is one of maybe thousands.
  constexpr std::size_t stack_bytes = 1024 * 1024;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  (void)pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
#endif
}

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int most_kept_bytes = 1 << 30;
  constexpr int from_kernel_bytes = 1 << 25;  // the most that glibc takes
  (void)mallopt(M_TRIM_THRESHOLD, most_kept_bytes);
  (void)mallopt(M_MMAP_THRESHOLD, from_kernel_bytes);
#endif
}

void limit_memory(std::uint64_t bytes) {
#ifdef NDEBUG
  rlimit limit = {};
  if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur <= bytes) return;
  own_limit = bytes;
  limit.rlim_cur = bytes;
  (void)setrlimit(RLIMIT_DATA, &limit);
#else
  (void)bytes;
#endif
}

std::size_t runs_that_fit_at_once(const std::vector<models::Setup>& computed) {
  constexpr Count most_of_least = 4;  // what is known is the least that a run needs
  std::vector<Count> needed;
  for (const models::Setup& setup : computed)
    needed.push_back(models::least_bytes_of_numbers(setup, setup.ranks()));
  std::ranges::sort(needed, std::greater());
  const Count available = available_memory().bytes;
  Count sum = 0;
  std::size_t runs = 0;
  for (const Count bytes : needed) {
    sum += most_of_least * bytes;
    if (sum > available) break;
    ++runs;
  }
  return std::max<std::size_t>(1, runs);
}

}  // namespace lockstep::runs
