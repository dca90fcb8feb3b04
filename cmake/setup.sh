# Shared by run.sh, test.sh and .ci/run: installs what is missing and builds. To be sourced, with
# bash, after `repository` is set. Everything it says goes to stderr.

packages_to_build="g++ cmake ninja-build ccache libboost-graph-dev libboost-program-options-dev
  libgraphviz-dev libexpat1-dev
  libeigen3-dev libssl-dev nlohmann-json3-dev libfmt-dev doctest-dev libbenchmark-dev"

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
  run_quietly "${as_root[@]}" apt-get -q update || say "going on with the package lists that are here"
  if ! run_quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qy install --no-install-recommends "${missing[@]}"; then
    say "could not install ${missing[*]}"
    exit 3
  fi
  configure_anew=yes # for what is built only where its library is there
}

# run_quietly COMMAND...: shows what it wrote only if it failed, on stderr.
run_quietly() {
  local output status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
  [ $status -eq 0 ] || printf '%s\n' "$output" >&2
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
      run_quietly cmake --preset "$preset" || exit 3
    fi
    run_quietly cmake --build "$folder" --target "$target"
  ) 9>"$folder/.lock" || {
    say "the build failed"
    exit 3
  }
}
