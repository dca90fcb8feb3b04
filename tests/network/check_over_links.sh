#!/usr/bin/env bash
# check_over_links.sh LOCKSTEP: does `lockstep check` predict what links of a real network do?
#
# Four ranks, each in a network namespace of its own, and a switch in a fifth: veth pairs, whose rate
# `tc tbf` limits at both ends. The machine is calibrated on these links without limits. Then, at
# each of two rates, `check` must predict the times of four algorithms within `tolerance`; counts and
# parameters must be equal. And how much slower the lower rate is must be predicted as well.
#
# - A frame of 1,514 bytes carries 1,448 of a message: links are told to Lockstep with that share of
#   their rate.
# - The bucket of tbf (16 kB, what may pass at once) is small against messages (197 kB and more).
# - Messages go at once (btl_tcp_eager_limit): the rendezvous of Open MPI, over TCP and without a
#   thread of its own, makes exchanges up to twice as long.
#
# Exit 77, and the reason, where namespaces or tc are not allowed, or MPI is missing. Nothing of it
# is left behind, and no address is used outside of the namespaces.
set -euo pipefail

lockstep=$(realpath "$1")
slow=50 fast=200 # Mbit/s
tolerance=0.3
ranks=4
prefix=lockstep$$
folder=$(mktemp -d)
job=

skip() {
  echo "skipped: $*"
  exit 77
}

namespaces() { ip netns list | awk '{ print $1 }' | grep -x "$prefix-.*" || true; }

clean_up() {
  local name
  trap '' INT TERM HUP
  if [ -n "$job" ]; then
    kill "$job" 2>/dev/null || true
    wait "$job" || true
  fi
  for name in $(namespaces); do ip netns del "$name"; done
  rm -rf "$folder"
}

# What may pass an end of a link from now on; 0 is no limit.
limit() {
  local rate=$1 i
  for ((i = 0; i < ranks; ++i)); do
    tc -n "$prefix-$i" qdisc del dev eth0 root 2>/dev/null || true
    tc -n "$prefix-switch" qdisc del dev "port$i" root 2>/dev/null || true
    [ "$rate" != 0 ] || continue
    tc -n "$prefix-$i" qdisc add dev eth0 root tbf rate "${rate}mbit" burst 16kb limit 32mb
    tc -n "$prefix-switch" qdisc add dev "port$i" root tbf rate "${rate}mbit" burst 16kb limit 32mb
  done
}

build_network() {
  local i
  ip netns add "$prefix-switch"
  ip -n "$prefix-switch" link add switch type bridge
  ip -n "$prefix-switch" link set switch up
  for ((i = 0; i < ranks; ++i)); do
    ip netns add "$prefix-$i"
    ip -n "$prefix-$i" link set lo up
    ip -n "$prefix-$i" link add eth0 type veth peer name "port$i" netns "$prefix-switch"
    ip -n "$prefix-switch" link set "port$i" master switch up
    ip -n "$prefix-$i" addr add "10.9.8.$((i + 1))/24" dev eth0
    ip -n "$prefix-$i" link set eth0 up
  done
}

# Open MPI's way to another host: into its namespace, under a name of its own.
write_agent() {
  cat >"$folder/agent" <<END
#!/bin/sh
rank=\$((\${1##*.} - 1))
shift
exec ip netns exec "$prefix-\$rank" unshare --uts sh -c "hostname rank\$rank; \$*"
END
  chmod +x "$folder/agent"
}

# on_ranks N ARGUMENT...: lockstep in the first N namespaces.
on_ranks() {
  local n=$1 hosts
  shift
  hosts=$(seq -f '10.9.8.%g:1' -s , "$n")
  NO_COLOR=1 "$folder/agent" 10.9.8.1 exec timeout --foreground 120 mpirun --allow-run-as-root --bind-to none \
    --mca plm_rsh_agent "$folder/agent" --mca orte_tmpdir_base "$folder" \
    --mca btl tcp,self --mca btl_tcp_if_include 10.9.8.0/24 --mca oob_tcp_if_include 10.9.8.0/24 \
    --mca btl_tcp_eager_limit 8000000 --mca mpi_yield_when_idle 1 -x NO_COLOR \
    --wdir "$folder" --host "$hosts" -n "$n" "$lockstep" "$@" &
  job=$!
  local status=0
  wait "$job" || status=$?
  job=
  return $status
}

# scenario RATE: on links of so many Mbit/s; 0: those that were calibrated.
scenario() {
  local network='"hosts": 4'
  [ "$1" = 0 ] || network='"topology": { "kind": "star", "hosts": 4,
    "link": { "bandwidth": '$(($1 * 1000000 / 8 * 1448 / 1514))', "latency": 0 } }'
  cat >"$folder/$1.json" <<END
{ "name": "Links of a rate",
  "model": { "layers": 3, "width": 256 },
  "data": { "kind": "teacher", "inputs": 64, "classes": 10, "samples": 256 },
  "training": { "batch_per_worker": 4, "iterations": 3, "learning_rate": 0.05, "seed": 1 },
  "cluster": { "machine": "machine.json", "transport": "mpi", $network },
  "algorithms": [
    { "kind": "sync_sgd", "label": "ring", "allreduce": "ring" },
    { "kind": "sync_sgd", "label": "halving and doubling", "allreduce": "halving_doubling" },
    { "kind": "sync_sgd", "label": "tree", "allreduce": "tree" },
    { "kind": "d_psgd", "label": "gossip on a ring" } ] }
END
}

# check RATE TOLERANCE
check() {
  local status=0
  limit "$1"
  scenario "$1"
  on_ranks "$ranks" check "$1.json" --transport mpi --repeat 3 --tolerance "$2" -o "$1-checked.json" \
    2>"$folder/errors" || status=$?
  sed '/^--*$/,/^--*$/d' "$folder/errors" # what mpirun says of exit codes is between lines of dashes
  return $status
}

# values RATE KEY: of each run that was checked.
values() { sed -n "s/^ *\"$2\": \"\\?\\([^,\"]*\\).*/\\1/p" "$folder/$1-checked.json"; }

# How much longer the slow links take, predicted and measured.
compare_rates() {
  paste -d '|' <(values $slow label) <(values $slow simulated_s) <(values $fast simulated_s) \
    <(values $slow measured_s) <(values $fast measured_s) |
    awk -F '|' -v tolerance="$tolerance" '
      { predicted = $2 / $3; measured = $4 / $5; error = predicted / measured - 1
        printf "%-22s %.2f times predicted, %.2f measured, error %+.0f %%\n", $1, predicted, measured, 100 * error
        if (error > tolerance || error < -tolerance) failed = 1 }
      END { exit failed || NR != 4 }'
}

command -v mpirun >/dev/null || skip "mpirun is missing"
mpirun --version | grep -q 'Open MPI' || skip "mpirun is not Open MPI's"
command -v ip >/dev/null && command -v tc >/dev/null || skip "ip or tc is missing (package iproute2)"
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
set +e # a failure is a reason to skip, and `||` would let the rest of the functions go on
reason=$(
  set -e
  exec 2>&1
  build_network
  limit "$slow"
)
status=$?
set -e
[ $status = 0 ] || skip "network namespaces, a bridge or tc tbf are not to be had: ${reason%%$'\n'*}"
limit 0
write_agent
failed=0

echo "== calibrating on links without limits"
on_ranks 2 calibrate --transport mpi --quick --quiet -o machine.json >"$folder/machine.txt" || exit 1
grep 'mpi: ' "$folder/machine.txt"
for rate in $slow $fast; do
  echo "== links of $rate Mbit/s"
  check $rate $tolerance || failed=1
done
echo "== slow-down from $fast to $slow Mbit/s"
compare_rates || failed=1
# Here no link decides, but how ranks share cores: counts and parameters are judged, times are not.
echo "== links without limits"
check 0 1e9 || failed=1
exit $failed
