#include "scenarios/common_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lockstep::scenarios {
namespace {

constexpr std::array names = {
    CommonName{"algorithm", "fsdp", "zero", R"("stage": 3)"},
    CommonName{"algorithm", "fsdp2", "zero", R"("stage": 3)"},
    CommonName{"algorithm", "fullyshardeddataparallel", "zero", R"("stage": 3)"},
    CommonName{"algorithm", "zero1", "zero", R"("stage": 1)"},
    CommonName{"algorithm", "zero2", "zero", R"("stage": 2)"},
    CommonName{"algorithm", "zero3", "zero", R"("stage": 3)"},
    CommonName{"algorithm", "deepspeed", "zero", ""},
    CommonName{"algorithm", "ddp", "sync_sgd", R"("overlap": true)"},
    CommonName{"algorithm", "distributeddataparallel", "sync_sgd", R"("overlap": true)"},
    CommonName{"algorithm", "dataparallel", "sync_sgd", ""},
    CommonName{"algorithm", "dp", "sync_sgd", ""},
    CommonName{"algorithm", "bsp", "sync_sgd", ""},
    CommonName{"algorithm", "sync", "sync_sgd", ""},
    CommonName{"algorithm", "ssgd", "sync_sgd", ""},
    CommonName{"algorithm", "horovod", "sync_sgd", R"("allreduce": "ring")"},
    CommonName{"algorithm", "ringallreduce", "sync_sgd", R"("allreduce": "ring")"},
    CommonName{"algorithm", "allreduce", "sync_sgd", ""},
    CommonName{"algorithm", "nccl", "sync_sgd", ""},
    CommonName{"algorithm", "parameterserver", "sync_sgd", R"("allreduce": "star")"},
    CommonName{"algorithm", "parameterserver", "async_sgd", ""},
    CommonName{"algorithm", "ps", "sync_sgd", R"("allreduce": "star")"},
    CommonName{"algorithm", "ps", "async_sgd", ""},
    CommonName{"algorithm", "async", "async_sgd", ""},
    CommonName{"algorithm", "asgd", "async_sgd", ""},
    CommonName{"algorithm", "localsgd", "model_averaging", ""},
    CommonName{"algorithm", "postlocal", "post_local_sgd", ""},
    CommonName{"algorithm", "fedavg", "model_averaging", ""},
    CommonName{"algorithm", "federatedaveraging", "model_averaging", ""},
    CommonName{"algorithm", "federated", "model_averaging", ""},
    CommonName{"algorithm", "gossip", "d_psgd", ""},
    CommonName{"algorithm", "decentralized", "d_psgd", ""},
    CommonName{"algorithm", "megatron", "tensor_parallel", ""},
    CommonName{"algorithm", "megatron", "three_d_parallel", ""},
    CommonName{"algorithm", "megatronlm", "tensor_parallel", ""},
    CommonName{"algorithm", "megatronlm", "three_d_parallel", ""},
    CommonName{"algorithm", "tp", "tensor_parallel", ""},
    CommonName{"algorithm", "3d", "three_d_parallel", ""},
    CommonName{"algorithm", "3dparallel", "three_d_parallel", ""},
    CommonName{"algorithm", "modelparallel", "layer_parallel", ""},
    CommonName{"algorithm", "modelparallel", "tensor_parallel", ""},
    CommonName{"algorithm", "mp", "layer_parallel", ""},
    CommonName{"algorithm", "mp", "tensor_parallel", ""},
    CommonName{"algorithm", "pp", "gpipe", ""},
    CommonName{"algorithm", "pp", "pipeline_1f1b", ""},
    CommonName{"algorithm", "pipeline", "gpipe", ""},
    CommonName{"algorithm", "pipeline", "pipeline_1f1b", ""},
    CommonName{"algorithm", "pipelineparallel", "gpipe", ""},
    CommonName{"algorithm", "pipelineparallel", "pipeline_1f1b", ""},
    CommonName{"algorithm", "1f1b", "pipeline_1f1b", ""},
    CommonName{"algorithm", "dapple", "pipeline_1f1b", ""},
    CommonName{"algorithm", "pipedreamflush", "pipeline_1f1b", ""},
    CommonName{"algorithm", "interleaved", "pipeline_interleaved", ""},
    CommonName{"algorithm", "interleaved1f1b", "pipeline_interleaved", ""},
    CommonName{"algorithm", "zerobubble", "zb_h1", ""},
    CommonName{"algorithm", "zerobubble", "zb_h2", ""},
    CommonName{"algorithm", "zerobubble", "zb_v", ""},
    CommonName{"algorithm", "zbvzerobubble", "zb_v", ""},
    CommonName{"algorithm", "vzb", "zb_v", ""},
    CommonName{"algorithm", "cutinhalf", "dualpipe_v", ""},
    CommonName{"device", "k20x", "k20x_fp32", ""},
    CommonName{"device", "p100", "p100_fp32", ""},
    CommonName{"device", "v100", "v100_fp32", ""},
    CommonName{"device", "a100", "a100_tf32", ""},
    CommonName{"device", "a100", "a100_bf16", ""},
    CommonName{"device", "a10080gb", "a100_tf32", ""},
    CommonName{"device", "a10080gb", "a100_bf16", ""},
    CommonName{"device", "h100", "h100_bf16", ""},
    CommonName{"device", "h100sxm", "h100_bf16", ""},
    CommonName{"device", "b200", "b200_bf16", ""},
    CommonName{"device", "mi300x", "mi300x_bf16", ""},
    CommonName{"device", "mi300", "mi300x_bf16", ""},
    CommonName{"device", "cpu", "cpu_core_avx512", ""},
    CommonName{"link", "1gbe", "ethernet_1g", ""},
    CommonName{"link", "gigabit", "ethernet_1g", ""},
    CommonName{"link", "10gbe", "ethernet_10g", ""},
    CommonName{"link", "10g", "ethernet_10g", ""},
    CommonName{"link", "100gbe", "ethernet_100g", ""},
    CommonName{"link", "100g", "ethernet_100g", ""},
    CommonName{"link", "ethernet", "ethernet_1g", ""},
    CommonName{"link", "ethernet", "ethernet_10g", ""},
    CommonName{"link", "ethernet", "ethernet_100g", ""},
    CommonName{"link", "infiniband", "infiniband_hdr", ""},
    CommonName{"link", "infiniband", "infiniband_ndr", ""},
    CommonName{"link", "ib", "infiniband_hdr", ""},
    CommonName{"link", "ib", "infiniband_ndr", ""},
    CommonName{"link", "hdr", "infiniband_hdr", ""},
    CommonName{"link", "ndr", "infiniband_ndr", ""},
    CommonName{"link", "nvlink", "nvlink3", ""},
    CommonName{"link", "nvlink", "nvlink4", ""},
    CommonName{"link", "pcie", "pcie3_x16", ""},
    CommonName{"link", "pcie3", "pcie3_x16", ""},
    CommonName{"topology", "switch", "star", ""},
    CommonName{"topology", "fullmesh", "fully_connected", ""},
    CommonName{"topology", "alltoall", "fully_connected", ""},
    CommonName{"topology", "clique", "fully_connected", ""},
    CommonName{"topology", "numa", "shared_memory", ""},
    CommonName{"topology", "graph", "custom", ""},
    CommonName{"topology", "graphml", "custom", R"("file": "NAME.graphml")"},
    CommonName{"topology", "dot", "custom", R"("file": "NAME.dot")"},
    CommonName{"allreduce", "rabenseifner", "halving_doubling", ""},
    CommonName{"allreduce", "butterfly", "recursive_doubling", ""},
    CommonName{"allreduce", "binomial", "tree", ""},
    CommonName{"allreduce", "doublebinarytree", "double_tree", ""},
    CommonName{"allreduce", "nccl", "ring", ""},
    CommonName{"allreduce", "nccl", "double_tree", ""},
    CommonName{"allreduce", "parameterserver", "star", ""},
    CommonName{"allreduce", "ps", "star", ""},
};

constexpr std::array homes = {
    KeyHome{"batch", "/training/batch_per_worker"},
    KeyHome{"batch", "/training/global_batch"},
    KeyHome{"batchsize", "/training/batch_per_worker"},
    KeyHome{"batchsize", "/training/global_batch"},
    KeyHome{"minibatch", "/training/batch_per_worker"},
    KeyHome{"minibatch", "/training/global_batch"},
    KeyHome{"batchperworker", "/training/batch_per_worker"},
    KeyHome{"globalbatch", "/training/global_batch"},
    KeyHome{"globalbatchsize", "/training/global_batch"},
    KeyHome{"learningrate", "/training/learning_rate"},
    KeyHome{"lr", "/training/learning_rate"},
    KeyHome{"iterations", "/training/iterations"},
    KeyHome{"steps", "/training/iterations"},
    KeyHome{"epochs", "/training/iterations"},
    KeyHome{"seed", "/training/seed"},
    KeyHome{"optimizer", "/training/optimizer"},
    KeyHome{"optim", "/training/optimizer"},
    KeyHome{"weightdecay", "/training/optimizer"},
    KeyHome{"betas", "/training/optimizer"},
    KeyHome{"targetaccuracy", "/training/target_accuracy"},
    KeyHome{"layers", "/model/layers"},
    KeyHome{"width", "/model/width"},
    KeyHome{"hiddensize", "/model/width"},
    KeyHome{"bytesperscalar", "/model/bytes_per_scalar"},
    KeyHome{"precision", "/model/precision"},
    KeyHome{"mixedprecision", "/model/precision"},
    KeyHome{"dtype", "/model/precision"},
    KeyHome{"masterweights", "/model/precision"},
    KeyHome{"topology", "/cluster/topology"},
    KeyHome{"network", "/cluster/topology"},
    KeyHome{"hosts", "/cluster/topology/hosts"},
    KeyHome{"workers", "/cluster/topology/hosts"},
    KeyHome{"numworkers", "/cluster/topology/hosts"},
    KeyHome{"worldsize", "/cluster/topology/hosts"},
    KeyHome{"link", "/cluster/topology/link"},
    KeyHome{"bandwidth", "/cluster/topology/link"},
    KeyHome{"latency", "/cluster/topology/link"},
    KeyHome{"device", "/cluster/device"},
    KeyHome{"devices", "/cluster/device"},
    KeyHome{"gpu", "/cluster/device"},
    KeyHome{"flops", "/cluster/device"},
    KeyHome{"memory", "/cluster/device"},
    KeyHome{"memorybandwidth", "/cluster/device"},
    KeyHome{"launchoverhead", "/cluster/device"},
    KeyHome{"efficiency", "/cluster/device"},
    KeyHome{"sharing", "/cluster/sharing"},
    KeyHome{"slowdown", "/cluster/slowdown"},
    KeyHome{"straggler", "/cluster/slowdown"},
    KeyHome{"stragglers", "/cluster/slowdown"},
    KeyHome{"servers", "/algorithm/servers"},
    KeyHome{"placement", "/algorithm/placement"},
    KeyHome{"allreduce", "/algorithm/allreduce"},
    KeyHome{"microbatches", "/algorithm/micro_batches"},
    KeyHome{"compression", "/algorithm/compression"},
};

// Small letters and digits: "Local-SGD", "local_sgd" and "localsgd" are one name.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') result += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) result += c;
  }
  return result;
}

std::string without_indices(std::string_view pointer) {
  std::string result;
  while (!pointer.empty()) {
    const std::size_t length = std::min(pointer.find('/', 1), pointer.size());
    const std::string_view step = pointer.substr(0, length);
    if (step == "/algorithms")
      result += "/algorithm";
    else if (step.size() < 2 || step[1] < '0' || step[1] > '9')
      result += step;
    pointer.remove_prefix(length);
  }
  return result;
}

}  // namespace

std::span<const CommonName> common_names() { return names; }
std::span<const KeyHome> key_homes() { return homes; }

std::string names_meant(std::string_view what, std::string_view name,
                        std::span<const std::string_view> known) {
  const std::string spelt = plain(name);
  std::string meant;
  for (const std::string_view each : known)
    if (!spelt.empty() && plain(each) == spelt) return fmt::format("\"{}\"", each);
  for (const CommonName& each : names) {
    if (each.what != what || each.spelt != spelt || std::ranges::count(known, each.ours) == 0)
      continue;
    meant += fmt::format("{}\"{}\"", meant.empty() ? "" : " or ", each.ours);
    if (!each.with.empty()) meant += fmt::format(" with {}", each.with);
  }
  return meant;
}

std::vector<std::string_view> homes_of_key(std::string_view key) {
  const std::string spelt = plain(key);
  std::vector<std::string_view> found;
  for (const KeyHome& home : homes)
    if (home.spelt == spelt) found.push_back(home.pointer);
  return found;
}

bool same_object(std::string_view pointer, std::string_view home) {
  return without_indices(pointer) == home;
}

}  // namespace lockstep::scenarios
