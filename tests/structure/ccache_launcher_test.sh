#!/usr/bin/env bash
# ccache_launcher_test.sh COMPILER: after a change of a header's comment, what includes it beside a
# precompiled header that has it compiles all the same. GCC compares headers byte for byte, so that
# a precompiled header from before the change is not the same one.
set -euo pipefail
compiler=$1
launcher=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../cmake" && pwd)/ccache_launcher.sh
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
export CCACHE_DIR=$folder/cache
cd "$folder"

echo '#include "part.hpp"' >all.hpp
for change in "one" "another one"; do
  printf '#pragma once\n// %s\nstruct Part {};\n' "$change" >part.hpp
  printf '#include "part.hpp"\nPart part;  // %s\n' "$change" >source.cpp
  "$launcher" "$folder" ccache "$compiler" -x c++-header -MD -MF header.d -o all.hpp.gch -c all.hpp
  "$launcher" "$folder" ccache "$compiler" -fpch-preprocess -include all.hpp -MD -MF source.d \
    -o source.o -c source.cpp
done
