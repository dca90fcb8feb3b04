#!/usr/bin/env bash
# A build, a configuration or an installation that fails shows its first error, in few lines, and
# where the rest is. Done on a project of two files, by the functions that run.sh and test.sh use.
set -uo pipefail
source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
repository=$(mktemp -d)
trap 'rm -rf "$repository"' EXIT
. "$source_folder/cmake/setup.sh"

failures=0
# expect WHAT TEXT: the output of the last step has the text.
expect() {
  grep -qF -- "$2" <<<"$output" && return
  printf 'FAILED: %s: "%s" is not in\n%s\n' "$1" "$2" "$output"
  failures=$((failures + 1))
}
# expect_short WHAT: at most 20 lines, of at most 320 characters.
expect_short() {
  [ "$(wc -l <<<"$output")" -le 20 ] && [ "$(wc -L <<<"$output")" -le 320 ] && return
  printf 'FAILED: %s is long:\n%s\n' "$1" "$output"
  failures=$((failures + 1))
}
expect_code() {
  [ "$2" -eq 3 ] && return
  printf 'FAILED: %s: exit code %d, not 3\n' "$1" "$2"
  failures=$((failures + 1))
}

cat >"$repository/CMakePresets.json" <<'JSON'
{ "version": 6, "configurePresets": [ { "name": "release", "generator": "Ninja",
    "binaryDir": "${sourceDir}/build/release" } ] }
JSON
project() {
  printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(broken LANGUAGES CXX)' "$@" \
    >"$repository/CMakeLists.txt"
  rm -rf "$repository/build"
}

# The first of a thousand errors is on line 2: neither the other ones nor ninja's command are shown.
project 'add_library(broken broken.cpp)' \
  'target_compile_options(broken PRIVATE -fmax-errors=0 -DMARK_OF_THE_COMMAND)'
{
  printf 'int fine = 1;\nint first_fault = nowhere;\n'
  for i in $(seq 1000); do printf 'int later_fault_%d = nowhere_%d;\n' "$i" "$i"; done
} >"$repository/broken.cpp"
output=$(build release all 2>&1)
expect_code build $?
expect build "broken.cpp:2"
expect build "error:"
expect build "int first_fault = nowhere;"
expect build "the build failed"
expect build "all of it is in $repository/build/release-build.log"
expect_short build
if grep -qE 'later_fault_[0-9]{2}|MARK_OF_THE_COMMAND' <<<"$output"; then
  expect build "no later error and no command"
fi
log=$repository/build/release-build.log
if ! grep -q 'later_fault_1000' "$log" || ! grep -q MARK_OF_THE_COMMAND "$log"; then
  printf 'FAILED: the log lacks errors or the command\n'
  failures=$((failures + 1))
fi

# A missing library: CMake says which, some lines below "CMake Error".
project 'find_package(no_such_library REQUIRED)'
output=$(build release all 2>&1)
expect_code configuration $?
expect configuration "CMake Error at CMakeLists.txt:3 (find_package)"
expect configuration "no_such_library"
expect configuration "all of it is in $repository/build/release-configure.log"
expect_short configuration

# A package that there is not: apt-get as it behaves then, as root or by sudo.
is_installed() { return 1; }
apt-get() { printf 'Reading package lists...\nE: Unable to locate package %s\n' "${*: -1}"; return 100; }
env() { shift; "$@"; }
sudo() { "$@"; }
if command -v dpkg-query >/dev/null; then
  output=$(install_packages no-such-package 2>&1)
  expect_code packages $?
  expect packages "E: Unable to locate package no-such-package"
  expect packages "could not install no-such-package"
  expect packages "all of it is in $repository/build/packages.log"
  expect_short packages
fi

printf '%d failures\n' "$failures"
[ "$failures" -eq 0 ]
