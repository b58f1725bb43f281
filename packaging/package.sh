#!/usr/bin/env bash
# Makes the two packages: rejuv-VERSION.tgz for npm and rejuv_VERSION_all.deb, in the directory given or .cache/package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-.cache/package}
mkdir -p "$out"

# `npm pack` makes the bundle itself, by the script `prepack` of package.json.
npm pack --silent --pack-destination "$out" >/dev/null
bash packaging/deb.sh "$out"
ls "$out"
