#!/usr/bin/env bash
# Everything about the page and the report: types, unit tests, whether dist/report.html is what its sources make,
# and the page in a browser. Installs what is missing.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$repository/cmake/setup.sh"

command -v node >/dev/null && command -v npm >/dev/null || install_packages nodejs npm
install_packages chromium fonts-noto-cjk gnuplot-nox jq python3
build release lockstep

cd "$repository/reports/web"
npm ci --ignore-scripts --no-audit --no-fund
npm run check
npm test
npm run build -- node_modules/.report.html
if ! cmp dist/report.html node_modules/.report.html; then
  say "reports/web/dist/report.html is not what its sources make: run \`npm run build\` there"
  exit 1
fi
npm run test:report
npm run test:browser
