#!/usr/bin/env bash
# Times Lockstep and SimGrid on the same work, in alternation, and shows that they agree on it:
#   bench/simgrid/compare.sh [times=3] [lockstep=build/release/lockstep]
# Needs SimGrid's headers and library (Debian: libsimgrid-dev), a C++ compiler, python3, GNU time.
# SimGrid takes from 10 to 100 times as long: some minutes in all.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
times=${1:-3}
lockstep=${2:-$here/../../build/release/lockstep}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${CXX:-c++}" -O2 -std=c++17 "$here/simgrid_side.cpp" -lsimgrid -o "$folder/simgrid_side"
python3 "$here/work.py" "$folder"

# timed NAME COMMAND...: prints "NAME: user seconds, peak memory", the minimum of each.
measure() { /usr/bin/time -a -o "$folder/$1.times" -f '%U %M' "${@:2}" >"$folder/$1.out" 2>/dev/null; }
best() { sort -g "$folder/$1.times" | head -1 | awk '{printf "%8.2f s %7.0f MiB", $1, $2 / 1024}'; }
of_report() { python3 "$here/work.py" --makespan "$folder/$1.out"; }

row() { # NAME SCENARIO SIMGRID_ARGUMENTS...
  local name=$1 scenario=$2 input=/dev/null
  shift 2
  [ "$1" = flows ] && input=$folder/$scenario.flows
  rm -f "$folder"/{lockstep,simgrid}.times
  for ((i = 0; i < times; ++i)); do
    measure lockstep "$lockstep" run "$folder/$scenario.json" --quiet -o -
    measure simgrid "$folder/simgrid_side" "$@" <"$input"
  done
  printf '%-46s Lockstep %s, SimGrid %s; simulated %s s and %s s\n' "$name" "$(best lockstep)" \
    "$(best simgrid)" "$(of_report lockstep)" "$(tail -1 "$folder/simgrid.out")"
}

dpkg-query -W -f 'SimGrid ${Version}\n' libsimgrid-dev 2>/dev/null || true
row 'ring, 1,024 ranks, star, by messages' ring ring 1024 0 1 67092480
row 'the same by steps' ring_by_steps ring 1024 0 1 67092480
row 'ring, 1,024 ranks, contended tree, by messages' tree ring 1024 32 4 67092480
row '1,024 unlike flows to one host of a star' incast flows 1025 0 1
row '10,000 random flows, tree of 256 hosts' flows flows 256 16 4
