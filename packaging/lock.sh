#!/usr/bin/env bash
# Writes the locks anew from pyproject.toml: complete, hashed, for every platform and Python, naming no index.
#
#   bash packaging/lock.sh             keeps the versions that are locked, if they still fit
#   bash packaging/lock.sh --upgrade   takes the newest that fit
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v uv >/dev/null || { echo "visavis: uv is needed to write the locks: pip install uv" >&2; exit 3; }

# Said of nearly every package: it is wanted on each of the three systems that pyproject.toml names.
everywhere=" ; sys_platform == 'darwin' or sys_platform == 'linux' or sys_platform == 'win32'"

# write LOCK OPTION...
write() {
    local lock="$1"
    shift
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-annotate --no-header --quiet --output-file "$lock" "$@" >/dev/null
    sed "s/$everywhere//" "$lock" >"$lock.new"
    mv "$lock.new" "$lock"
}

write requirements.lock "$@"
write requirements-test.lock --extra test "$@"
write requirements-cuda.lock --extra cuda "$@"
