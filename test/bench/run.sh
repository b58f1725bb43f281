#!/usr/bin/env bash
# Measurements by name: `npm run bench -- NAME... [options]`; without a name, what there is.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
cd "$here/../.."
names=()
while [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; do
    names+=("$1")
    shift
done
usage() {
    echo 'usage: npm run bench -- NAME... [options]; there is:'
    for page in test/bench/*.md; do printf '  %-10s %s\n' "$(basename "$page" .md)" "$(head -n 1 "$page")"; done
}
if [ ${#names[@]} -eq 0 ]; then
    usage
    exit 0
fi
for name in "${names[@]}"; do
    if [ -e "test/bench/$name.ts" ] && [ -e "test/bench/$name.md" ]; then continue; fi
    echo "there is no measurement $name" >&2
    usage >&2
    exit 2
done
bash test/set-up.sh >&2
worst=0
for name in "${names[@]}"; do
    node --import tsx "test/bench/$name.ts" "$@" || worst=$?
done
exit $worst
