#!/usr/bin/env bash
# One rejuvenation on a live pair, to watch. `--keep` leaves the lab up to be driven by hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bash test/set-up.sh
exec node --import tsx test/demo/demo.ts "$@"
