#!/bin/sh
# ccache_launcher.sh SOURCE_FOLDER CCACHE COMPILER ARGUMENT...: compiles through ccache so that a
# clone in any folder finds what another has built. Paths count relative to the source folder, and
# objects that keep their folder for debuggers only are equal; precompiled headers need the sloppiness
# named.
#
# GCC looks at an old precompiled header while it makes the new one, and ccache takes it for part of
# what is compiled: then no other clone has the same. So it goes first. Nor are two precompiled
# headers the same whose sources differ in comments only: GCC compares byte for byte, and ccache does
# too where it looks at files (CCACHE_DEPEND) instead of what the preprocessor makes of them. And where
# a build was stopped while GCC wrote one, ccache may have kept what there was, which begins with
# "gpcWrite": it is made again.
source_folder=$1
shift
header=
for argument in "$@"; do
  case $argument in *.gch) header=$argument && rm -f -- "$header" ;; esac
done
export CCACHE_BASEDIR="$source_folder" CCACHE_NOHASHDIR=1 \
  CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
[ -n "$header" ] || exec "$@"
export CCACHE_DEPEND=1
"$@" || exit
[ "$(head -c 8 -- "$header" 2>/dev/null | tr -d '\0')" != gpcWrite ] || CCACHE_RECACHE=1 "$@"
