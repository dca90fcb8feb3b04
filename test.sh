#!/usr/bin/env bash
# Installs what is missing, builds Release, and runs every test; arguments go to CTest:
# `./test.sh -R event_queue`.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$repository/cmake/setup.sh"

install_packages $packages_to_build $packages_to_test
build release all

cd "$repository"
exec ctest --preset release -j "$(nproc)" "$@"
