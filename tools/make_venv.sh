#!/bin/sh
# Makes the empty virtual environment .venv, with pip in it, from the first Python of 3.11 or newer.
# PYTHON=/path/to/python chooses another. Where it cannot, one line says what to type.
set -eu

fail() {
    echo "podlab: $*" >&2
    exit 1
}

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "needs Python 3.11 or newer, and ${PYTHON:-python3} is not; install it, or say where it is: make PYTHON=/path/to/python3"

rm -rf .venv
# Debian keeps ensurepip, and so pip for a new venv, in a package of its own.
package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    if "$python" -m pip --python "$(command -v "$python")" --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv
        exec "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check pip
    fi
    install="apt-get update && apt-get install -y $package"
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "needs Debian's package $package: sudo sh -c '$install'"
    echo "podlab: installing Debian's package $package"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq "$package" >/dev/null
fi
exec "$python" -m venv .venv
