#!/usr/bin/env bash
# Makes the golden reports anew from the built program: tests/golden/update.sh [build folder]
# Only after reading what changed and why: git diff tests/golden
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=${1:-build/release}/lockstep
find scenarios -name '*.json' -printf '%P\n' | while read -r scenario; do
  if jq -e 'has("sweep") or has("plan")' "scenarios/$scenario" >/dev/null; then continue; fi  # for other commands
  mkdir -p "tests/golden/$(dirname "$scenario")"
  "$program" run "scenarios/$scenario" -o - > "tests/golden/$scenario"
done
mkdir -p tests/golden/sweeps
for scenario in scenarios/sweeps/*.json; do
  "$program" sweep "$scenario" -o - | LC_ALL=C sort > "tests/golden/sweeps/$(basename "$scenario" .json).jsonl"
done
# What a terminal shows, at two widths.
mkdir -p tests/golden/terminal
for columns in 80 120; do
  for scenario in quickstart pipeline two_racks; do
    COLUMNS=$columns "$program" run "scenarios/$scenario.json" -q --chart --critical-path \
      > "tests/golden/terminal/run_${scenario}_$columns.txt"
  done
  COLUMNS=$columns "$program" cost scenarios/quickstart.json -q > "tests/golden/terminal/cost_quickstart_$columns.txt"
  COLUMNS=$columns "$program" explain dc_asgd > "tests/golden/terminal/explain_dc_asgd_$columns.txt"
done
"$program" plan scenarios/plan.json -o - > tests/golden/plan.json
