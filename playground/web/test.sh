#!/usr/bin/env bash
# Everything about the playground's page: types, unit tests, and the page in a browser. Needs the engine:
# its path is the first argument, or what `./run.sh playground` made. Installs what is missing.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$repository/cmake/setup.sh"

command -v node >/dev/null && command -v npm >/dev/null || install_packages nodejs npm
install_packages chromium

engine=$(realpath "${1:-$repository/build/release/playground/lockstep.wasm}")
cd "$repository/playground/web"
npm ci --ignore-scripts --no-audit --no-fund
npm run check
npm test
npm run build -- --engine "$engine" --output node_modules/.playground.html
PLAYGROUND=node_modules/.playground.html npm run test:browser
