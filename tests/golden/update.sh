#!/usr/bin/env bash
# Makes the golden reports anew from the built program: tests/golden/update.sh [build folder]
# Only after reading what changed and why: git diff tests/golden
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=${1:-build/release}/lockstep
find scenarios -name '*.json' -printf '%P\n' | while read -r scenario; do
  if jq -e 'has("sweep")' "scenarios/$scenario" >/dev/null; then continue; fi  # for `check` alone
  mkdir -p "tests/golden/$(dirname "$scenario")"
  "$program" run "scenarios/$scenario" -o - > "tests/golden/$scenario"
done
