import type { Clock } from '../../src/domain/seams.ts';

interface Waiter {
  readonly due: number;
  readonly fire: () => void;
}

/** Turns of the event loop without news before everything counts as idle. */
const idleTurns = 5;

/**
 * Virtual time. By hand: `await clock.advance(ms)`. With `auto`, time jumps to the next waiter whenever everything
 * is idle; that fits tests whose neighbours are fakes or files, not those that wait for real sockets.
 */
export class FakeClock implements Clock {
  private mono = 1_000;
  private wallOffset: number;
  private readonly auto: boolean;
  private readonly waiters = new Set<Waiter>();
  private news = 0;
  private watching = false;

  constructor(options: { auto?: boolean; now?: number } = {}) {
    this.auto = options.auto ?? false;
    this.wallOffset = (options.now ?? Date.UTC(2026, 2, 2, 10)) - this.mono;
  }

  now(): number {
    return this.mono + this.wallOffset;
  }

  monotonic(): number {
    return this.mono;
  }

  /** How many sleeps and timeouts are pending. */
  get waiting(): number {
    return this.waiters.size;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const stop = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.after(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  after(ms: number, fire: () => void): () => void {
    const waiter: Waiter = { due: this.mono + Math.max(0, ms), fire };
    this.waiters.add(waiter);
    this.news += 1;
    if (this.auto) void this.watch();
    return () => {
      this.waiters.delete(waiter);
      this.news += 1;
    };
  }

  timeout(ms: number, reason: Error): { readonly signal: AbortSignal; clear(): void } {
    const controller = new AbortController();
    const clear = this.after(ms, () => {
      controller.abort(reason);
    });
    return { signal: controller.signal, clear };
  }

  /** Moves both times forward, stopping at each waiter so that what it starts is in time too. */
  async advance(ms: number): Promise<void> {
    const target = this.mono + ms;
    await this.idle();
    for (let next = this.earliest(); next !== null && next.due <= target; next = this.earliest()) {
      this.jumpTo(next);
      await this.idle();
    }
    this.mono = Math.max(this.mono, target);
  }

  /** Somebody sets the machine's clock; running waits do not notice. */
  jumpWall(ms: number): void {
    this.wallOffset += ms;
  }

  private async watch(): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    while (this.waiters.size > 0) {
      await this.idle();
      const next = this.earliest();
      if (next !== null) this.jumpTo(next);
    }
    this.watching = false;
  }

  private earliest(): Waiter | null {
    let first: Waiter | null = null;
    for (const waiter of this.waiters) if (first === null || waiter.due < first.due) first = waiter;
    return first;
  }

  private jumpTo(waiter: Waiter): void {
    this.waiters.delete(waiter);
    this.mono = Math.max(this.mono, waiter.due);
    waiter.fire();
  }

  private async idle(): Promise<void> {
    for (let quiet = 0, seen = this.news; quiet < idleTurns; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.news !== seen || fileWorkRuns()) {
        quiet = -1;
        seen = this.news;
      }
    }
  }
}

function fileWorkRuns(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}
