#!/usr/bin/env bash
# Measurements by name: `npm run bench -- losses [--runs N] [--json FILE]`.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
cd "$here/../.."
name=${1:-}
shift || true
if [ -z "$name" ] || [ ! -e "test/bench/$name.ts" ] || [ ! -e "test/bench/$name.md" ]; then
    echo 'usage: npm run bench -- NAME [options]; there is:' >&2
    for page in test/bench/*.md; do printf '  %-10s %s\n' "$(basename "$page" .md)" "$(head -n 1 "$page")" >&2; done
    exit 2
fi
bash test/set-up.sh
exec node --import tsx "test/bench/$name.ts" "$@"
