#!/usr/bin/env bash
# Installs what is missing, builds Release, and runs lockstep with the arguments given; with none,
# `lockstep run scenarios/quickstart.json`. Only lockstep itself writes to stdout.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$repository/cmake/setup.sh"

install_packages $packages_to_build
build release lockstep

if [ $# -eq 0 ]; then
  set -- run "$repository/scenarios/quickstart.json"
fi
exec "$repository/build/release/lockstep" "$@"
