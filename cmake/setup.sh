# Shared by run.sh, test.sh and .ci/run: installs what is missing and builds. To be sourced, with
# bash, after `repository` is set. Everything it says goes to stderr.

packages_to_build="g++ cmake ninja-build ccache libboost-graph-dev libboost-program-options-dev
  libgraphviz-dev libexpat1-dev
  libeigen3-dev libssl-dev zlib1g-dev nlohmann-json3-dev libfmt-dev doctest-dev libbenchmark-dev"

# What makes the playground, beside that.
packages_for_playground="clang-19 lld-19 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32
  libclang-rt-19-dev-wasm32 wasi-libc libsimde-dev"

# What tests use beside that: without it they leave something out.
packages_to_test="libopenmpi-dev openmpi-bin iproute2"

say() { printf 'lockstep: %s\n' "$*" >&2; }

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages PACKAGE...: those that are missing, if any. No root and no network otherwise.
install_packages() {
  local package missing=() as_root=()
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian; going on in the hope that these are there: $*"
    return
  fi
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "these packages are missing, and installing them needs root:"
      say "  apt-get install ${missing[*]}"
      exit 3
    fi
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  run_quietly packages "${as_root[@]}" apt-get -q update || say "going on with the package lists that are here"
  if ! run_quietly packages "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qy install --no-install-recommends "${missing[@]}"; then
    say "could not install ${missing[*]}"
    exit 3
  fi
  configure_anew=yes # for what is built only where its library is there
}

# first_error LOG: the first error in it with a few lines around, of what is most likely the cause.
# The command that ninja repeats above a compiler's errors is left out, and long lines are cut.
first_error() {
  awk '
    { line[NR] = length($0) > 300 ? substr($0, 1, 300) "..." : $0 }
    /^FAILED: / && !first { command = NR + 1 }
    /(^|[ :])(fatal )?error:|^CMake Error|undefined reference|^E: |^ninja: (error|fatal):/ && !first {
      first = NR
    }
    END {
      if (!first) first = NR
      from = first > 6 ? first - 6 : 1
      if (command && command < first && from <= command) from = command + 1
      for (i = from; i <= first + 8 && i <= NR; ++i) print "  " line[i]
    }' "$1" >&2
}

# run_quietly NAME COMMAND...: writes what it says to build/NAME.log; shows the first error there
# if it fails.
run_quietly() {
  local log=$repository/build/$1.log status=0
  shift
  mkdir -p "$repository/build"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ $status -ne 0 ]; then
    first_error "$log"
    say "all of it is in $log"
  fi
  return $status
}

# build PRESET TARGET: configures if need be, then builds; one caller at a time.
build() {
  local preset=$1 target=$2 folder=$repository/build/$1
  mkdir -p "$folder"
  (
    flock 9
    cd "$repository" || exit 3
    if [ ! -e "$folder/build.ninja" ] || [ -n "${configure_anew:-}" ]; then
      say "building $preset; the first time takes a few minutes"
      run_quietly "$preset-configure" cmake --preset "$preset" || exit 3
    fi
    run_quietly "$preset-build" cmake --build "$folder" --target "$target"
  ) 9>"$folder/.lock" || {
    say "the build failed"
    exit 3
  }
}
