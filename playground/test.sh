#!/usr/bin/env bash
# Makes the module and the native program, and tests in Node that both say the same. Installs what is
# missing.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$repository/cmake/setup.sh"

install_packages $packages_to_build $packages_for_playground
command -v node >/dev/null || install_packages nodejs
build release lockstep
build release playground_module

export LOCKSTEP_PROGRAM=${LOCKSTEP_PROGRAM:-$repository/build/release/lockstep}
export LOCKSTEP_MODULE=${LOCKSTEP_MODULE:-$repository/build/release/playground/lockstep.wasm}
cd "$repository"
node --test playground/tests/*.test.mjs
node playground/tests/speed.mjs
