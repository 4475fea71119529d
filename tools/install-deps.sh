#!/bin/sh
# Installs what is missing: tools/install-deps.sh build|test
# What is there is found by what it does, not by its package, so that a compiler or a node from elsewhere is as good.
# Silent and fast when nothing is missing. On systems without apt-get it says what is needed, and fails.
# What kymo can do without is installed along with the rest if it can be had, and is no reason to fail.
set -eu

missing=
optional=

# need PACKAGE COMMAND...: the Debian package is needed unless the command succeeds
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

# want PACKAGE COMMAND...: the same for a package that kymo can do without
want() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || optional="$optional $package"
}

have() {
    for name; do
        if command -v "$name"; then return; fi
    done
    return 1
}

need_for_build() {
    need build-essential have cc gcc clang
    need meson have meson
    need ninja-build have ninja samu
    need pkg-config have pkg-config
    need nodejs have node
    need npm have npm
    need zlib1g-dev pkg-config --exists zlib
    need libzstd-dev pkg-config --exists libzstd
    need libcurl4-openssl-dev pkg-config --exists libcurl # may be missing: then kymo takes no traces from http addresses
    need libmicrohttpd-dev pkg-config --exists libmicrohttpd
    need libsqlite3-dev pkg-config --exists sqlite3
    want libdw-dev pkg-config --exists libdw libelf
    want libgraphviz-dev pkg-config --exists libgvc
    need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt -o -e /etc/ssl/cert.pem -o -e /etc/pki/tls/certs
}

need_for_tests() {
    need libcmocka-dev pkg-config --exists cmocka
    need chromium have chromium chromium-browser google-chrome
    want firefox-esr have firefox-esr firefox
    need zstd have zstd
    need python3 have python3
    want zsh have zsh # completion is tried in the shells that are there
    want fish have fish
}

# Runs apt-get as root, and shows what it says only if it fails.
apt() {
    what=$1
    shift
    sh "$(dirname "$0")/quietly" "$what" $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

case "${1:-}" in
build) need_for_build ;;
test)
    need_for_build
    need_for_tests
    ;;
*)
    echo "usage: tools/install-deps.sh build|test" >&2
    exit 2
    ;;
esac
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These are missing, by their names in Debian; please install them:$missing${optional:+ (and, if you like,$optional)}" >&2
    exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These are missing, and there is no sudo to install them. As root: apt-get install$missing" >&2
        exit 1
    fi
    sudo=sudo
    sudo -v # asks for the password here, where it is seen
fi
apt "apt-get update" update
# shellcheck disable=SC2086 # the names are a list of words
apt "apt-get install$missing" install --no-install-recommends $missing
for package in $optional; do
    apt "apt-get install $package" install --no-install-recommends "$package" || echo "going on without $package"
done
