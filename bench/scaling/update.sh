#!/bin/sh
# Measures how simulations scale and puts the tables into docs/performance.md.
#   bench/scaling/update.sh [BUILD_FOLDER [MESSAGES]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
page=$here/../../docs/performance.md
program=$here/../../${1:-build/release}/lockstep_scaling
for sharing in none max_min; do
  case $sharing in none) messages=${2:-3e5} ;; *) messages=${2:-5e4} ;; esac
  "$program" --messages "$messages" --sharing "$sharing" >"$page.table"
  # What stands between the two marks is replaced.
  awk -v mark="$sharing" -v table="$page.table" '
    $0 == "<!-- end of " mark " -->" { skip = 0 }
    !skip { print }
    $0 == "<!-- " mark " -->" { while ((getline line < table) > 0) print line; skip = 1 }
  ' "$page" >"$page.new"
  mv "$page.new" "$page"
done
rm "$page.table"
