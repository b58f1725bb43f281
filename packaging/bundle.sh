#!/usr/bin/env bash
# Makes what a package needs and no compiler: the program in dist/bundle, and from its own tables the manual page and
# the completions in dist/share. Needs node_modules, and nothing from the network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache dist
# Two at once would write over each other.
exec 9>.cache/bundle.lock
flock 9

node node_modules/vite/bin/vite.js build --config packaging/vite.config.ts
chmod 755 dist/bundle/main.js
share=dist/share
mkdir -p "$share"
node dist/bundle/main.js manual >"$share/rejuv.1"
node dist/bundle/main.js completion bash >"$share/rejuv.bash"
node dist/bundle/main.js completion zsh >"$share/_rejuv"
node dist/bundle/main.js completion fish >"$share/rejuv.fish"
