#include "runs/available_memory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using lockstep::runs::available_memory;
namespace fs = std::filesystem;

namespace {

// A machine with 8 GB and 1 GB of swap, of which 2 and 0.5 GB are left.
struct Machine : TemporaryFolder {
  Machine() {
    fs::create_directories(file("proc/self"));
    write("proc/meminfo",
          "MemTotal:        8000000 kB\nMemAvailable:    2000000 kB\nSwapTotal: 1000000 kB\n"
          "SwapFree:         500000 kB\n");
  }
};

}  // namespace

TEST_CASE("available memory: of the machine, with swap") {
  const Machine root;
  CHECK(available_memory(root.path()).bytes == 2'500'000ULL * 1024);
  CHECK(available_memory(root.path()).whose == "of this machine's memory are left");
}

TEST_CASE("available memory: of the control group that has the least, or of one that it is in") {
  const Machine root;
  root.write("proc/self/cgroup", "0::/jobs/one\n");
  fs::create_directories(root.file("sys/fs/cgroup/jobs/one"));
  root.write("sys/fs/cgroup/jobs/one/memory.max", "max\n");
  root.write("sys/fs/cgroup/jobs/one/memory.current", "1000\n");
  root.write("sys/fs/cgroup/jobs/memory.max", "400000000\n");
  root.write("sys/fs/cgroup/jobs/memory.current", "300000000\n");
  root.write("sys/fs/cgroup/jobs/memory.stat", "anon 1\ninactive_file 50000000\n");
  // 400 - (300 - 50) million
  CHECK(available_memory(root.path()).bytes == 150'000'000);
  CHECK(available_memory(root.path()).whose == "are left to its control group");
}

TEST_CASE("available memory: control groups of version 1") {
  const Machine root;
  root.write("proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/jobs\n");
  fs::create_directories(root.file("sys/fs/cgroup/memory/jobs"));
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "123\n");
  root.write("sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "400000000\n");
  root.write("sys/fs/cgroup/memory/jobs/memory.usage_in_bytes", "100000000\n");
  CHECK(available_memory(root.path()).bytes == 300'000'000);
}

// Sanitizers' maps are larger than any limit; their builds have no NDEBUG.
#ifdef NDEBUG

TEST_CASE("available memory: what does not fit is said before it starts") {
  const TemporaryFolder folder;
  folder.write("wide.json", R"({
    "model": {"layers": 1, "width": 6000}, "training": {"batch_per_worker": 4, "iterations": 2},
    "cluster": {"topology": {"kind": "star", "hosts": 3, "link": {"bandwidth": 1e9}},
                "device": {"flops": 1e12}},
    "algorithms": ["sgd", "sync_sgd"],
    "data": {"kind": "teacher", "samples": 64, "inputs": 4, "classes": 3}})");
  for (const std::string command : {"train", "execute"}) {
    CAPTURE(command);
    ChildProgram child({"-c", "ulimit -v 400000; exec \"$0\" \"$@\"",
                        lockstep::testing::program_path(), command, "wide.json", "-o", "out.json"},
                       folder.path(), "", "sh");
    const Ended ended = child.wait();
    CHECK(ended.code == 3);
    // A model of 36,006,000 parameters in 4 bytes each, 8 times for one rank and 12 times for 3.
    CHECK(ended.errors.find("wide.json: /algorithms/0: needs at least 1.15 GB of memory for the "
                            "numbers of 1 rank with 36006000 parameters each, and ") !=
          std::string::npos);
    CHECK(ended.errors.find("wide.json: /algorithms/1: needs at least 1.73 GB") !=
          std::string::npos);
    CHECK(ended.errors.find("are left of the limit (ulimit -v)") != std::string::npos);
    CHECK_FALSE(folder.has("out.json"));
  }
}

#endif

#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 33)
TEST_CASE("available memory: what is freed is kept, and not asked from the kernel again") {
  lockstep::runs::keep_freed_memory();
  const std::size_t of_kernel = mallinfo2().hblks;
  const auto numbers = std::make_unique<float[]>(4'000'000);
  CHECK(numbers[0] == 0);
  CHECK(mallinfo2().hblks == of_kernel);
}
#endif
#endif
