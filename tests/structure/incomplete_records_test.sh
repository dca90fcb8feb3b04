#!/usr/bin/env bash
# incomplete_records_test.sh COMPILER: a record of an algorithm that lacks something does not
# compile, and the compiler's message says what it lacks.
set -uo pipefail
compiler=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
compile=("$compiler" -std=c++20 -fsyntax-only -I . tests/structure/incomplete_records.cc)

if ! "${compile[@]}" -D LOCKSTEP_WHOLE_RECORD; then
  echo "a record that lacks nothing does not compile"
  exit 1
fi
if messages=$("${compile[@]}" 2>&1); then
  echo "records that lack something compile"
  exit 1
fi
failed=0
for lack in words workers_or_servers program closed_form formula samples_of_gradient; do
  if ! grep -q "record_lacks::$lack()" <<<"$messages"; then
    echo "no message says record_lacks::$lack"
    failed=1
  fi
done
[ $failed -eq 0 ] || printf '%s\n' "$messages" | head -40
exit $failed
