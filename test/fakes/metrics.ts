import { formatServerId } from '../../src/domain/names.ts';
import type { Reading } from '../../src/domain/sample.ts';
import type { Clock, MetricSource, MetricTarget } from '../../src/domain/seams.ts';
import type { SourceSettings } from '../../src/domain/sources.ts';
import { Faults } from './faults.ts';

type Answer = (at: number, target: MetricTarget) => readonly Reading[];

/**
 * Every source of a fake world. Each reading is one call `read node shop/web1`; a source without a script says nothing.
 * Fails at `read` as planned in `faults`, or at one source and server as in `broken`; hangs where `hanging` says so, in spite
 * of every signal with `heedless`.
 */
export class FakeMetrics {
  readonly faults = new Faults();
  /** By name of the source. */
  readonly answers = new Map<string, Answer>();
  /** By `node shop/web1`. */
  readonly broken = new Map<string, Error>();
  readonly hanging = new Set<string>();
  heedless = false;
  /** How long an answer takes. */
  tookMs = 0;
  /** When each reading began, by `node shop/web1`. */
  readonly readAt = new Map<string, number[]>();
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  /** The most readings at once so far: of all, and of one source and server. */
  readonly most = { all: 0, ofOne: 0 };
  private readonly running = new Map<string, number>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  sourceOf = (settings: SourceSettings): MetricSource => {
    this.opened.push(settings.name);
    return {
      settings,
      read: async (target, signal) => await this.read(settings.name, target, signal),
      close: () => {
        this.closed.push(settings.name);
        return Promise.resolve();
      },
    };
  };

  private async read(source: string, target: MetricTarget, signal: AbortSignal): Promise<readonly Reading[]> {
    const key = `${source} ${formatServerId(target.id)}`;
    this.readAt.set(key, [...(this.readAt.get(key) ?? []), this.clock.now()]);
    this.running.set(key, (this.running.get(key) ?? 0) + 1);
    const running = [...this.running.values()];
    this.most.all = Math.max(
      this.most.all,
      running.reduce((sum, of) => sum + of, 0),
    );
    this.most.ofOne = Math.max(this.most.ofOne, ...running);
    try {
      this.faults.pass('read', key);
      if (this.hanging.has(key)) {
        await this.clock.sleep(86_400_000, this.heedless ? new AbortController().signal : signal);
      }
      await this.clock.sleep(this.tookMs, signal);
      const problem = this.broken.get(key);
      if (problem !== undefined) throw problem;
      return this.answers.get(source)?.(this.clock.now(), target) ?? [];
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
    }
  }
}
