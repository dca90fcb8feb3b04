#!/usr/bin/env bash
# Tests the lessons: that they are what their sources give, that all their claims hold, that every command in them runs.
# The program to run is the argument, LOCKSTEP, or that of the release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export LOCKSTEP=${1:-${LOCKSTEP:-$PWD/../../build/release/lockstep}}
exec node --test notation_test.mjs terms_test.mjs test.mjs
