#!/usr/bin/env bash
# Fuzzing for as long as you like: random scenarios through every command, then, in a build with
# LOCKSTEP_FUZZ (clang), every target of tests/fuzz/targets on its corpus.
#
#   tests/fuzz/run.sh HOURS [BUILD]              half for scenarios, half for the targets
#   tests/fuzz/run.sh --seconds 10 [BUILD]       only the targets, so many seconds each
#
# BUILD is build/asan unless said otherwise. What breaks is printed, ready to be run; an input that
# breaks a target is left in BUILD/fuzz. Exit code 1 if anything broke.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case ${1:-} in
  --seconds) each=${2:?how many seconds} scenarios=0 build=${3:-build/asan} ;;
  '' | -*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  *) seconds=$(awk -v hours="$1" 'BEGIN { print int(hours * 3600) }')
     scenarios=$((seconds / 2)) each=$((seconds / 2 / 5)) build=${2:-build/asan} ;;
esac

failed=0
if [ "$scenarios" -gt 0 ]; then
  first=$(date +%s)  # others than last time
  "$build/lockstep_random_scenarios" --program "$build/lockstep" --first "$first" \
    --seconds "$scenarios" || failed=1
fi
for target in scenario graph idx machine orders; do
  program=$build/lockstep_fuzz_$target
  if [ ! -x "$program" ]; then
    printf 'run.sh: no %s: configure with -D LOCKSTEP_FUZZ=ON and clang\n' "$program" >&2
    failed=1
    continue
  fi
  mkdir -p "$build/fuzz/$target"
  "$program" -max_total_time="$each" -timeout=60 -rss_limit_mb=4096 -print_final_stats=1 \
    -verbosity=0 -max_len=16384 -artifact_prefix="$build/fuzz/" \
    "$build/fuzz/$target" "tests/fuzz/corpus/$target" || failed=1
done
exit $failed
