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
"$program" plan scenarios/plan.json -o - > tests/golden/plan.json
