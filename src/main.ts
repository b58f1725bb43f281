#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=50
import { runCli } from './cli/cli.ts';
import { realOutside } from './cli/real-outside.ts';
import { processTerminal } from './cli/terminal.ts';

const terminal = processTerminal();
const status = await runCli(process.argv.slice(2), terminal, realOutside(process.env));
// What was left on purpose, such as a drain that goes on, must not keep the process; what was printed must be out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
