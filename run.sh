#!/usr/bin/env bash
# Installs what is missing, builds Release, and runs lockstep with the arguments given; with none,
# `lockstep run scenarios/quickstart.json`. Only lockstep itself writes to stdout.
#
#   ./run.sh playground    makes docs/playground.html: the program and its lessons as a page
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$repository/cmake/setup.sh"

install_packages $packages_to_build
if [ "${1:-}" = playground ]; then
  install_packages $packages_for_playground
  command -v node >/dev/null && command -v npm >/dev/null || install_packages nodejs npm
  build release playground
  say "the module is $repository/build/release/playground/lockstep.wasm"
  [ ! -e "$repository/docs/playground.html" ] || say "open $repository/docs/playground.html"
  exit
fi
build release lockstep

if [ $# -eq 0 ]; then
  set -- run "$repository/scenarios/quickstart.json"
fi
exec "$repository/build/release/lockstep" "$@"
