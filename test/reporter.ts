import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node';

/** What a run of tests came to. */
interface Counted {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Prints `N passed, N failed` as the very last line of a run, and `, N skipped` after it where some were. A file that
 * does not load, a hook that fails and an error that no test caught are failures too.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const line = closingLine(modules, unhandled);
    // At the exit, because the other reporters and vitest itself still write after this call.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}

function closingLine(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string {
  const counted: Counted = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    count(module, counted);
    for (const suite of module.children.allSuites()) count(suite, counted);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // Whatever has not ended by now was cut off, and proves nothing.
      counted[state === 'pending' ? 'failed' : state] += 1;
    }
  }
  const { passed, failed, skipped } = counted;
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function count(group: TestModule | TestSuite, counted: Counted): void {
  if (group.errors().length > 0) counted.failed += 1;
}
