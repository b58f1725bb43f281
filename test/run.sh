#!/usr/bin/env bash
# The whole proof: set-up, lint, types, tests. Words given are passed on to vitest: `npm test -- test/config`.
# The last line is `N passed, N failed`, printed by test/reporter.ts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash test/set-up.sh
echo 'lint'
npm run --silent lint || {
    echo 'lint failed (see above), so no test was run; `npx prettier --write .` corrects the layout' >&2
    exit 1
}
echo 'types'
npm run --silent types || {
    echo 'types failed (see above), so no test was run' >&2
    exit 1
}
echo 'tests'
exec node node_modules/vitest/vitest.mjs run --config .config/vitest.config.ts "$@"
