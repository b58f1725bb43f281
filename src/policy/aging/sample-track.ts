import type { Comparing } from '../../domain/condition.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Samples } from '../../domain/sample.ts';
import { compare, type Verdict } from '../../domain/condition-verdict.ts';
import { descend, type Descent } from './descent.ts';
import type { Life, RuleFacts } from './facts.ts';
import { alignedMs, reachOf, seriesOf } from './reach-back.ts';
import type { Track } from './track.ts';
import type { Reference, Yardstick } from './yardstick.ts';

/** Samples of the server itself; what it is divided by and compared with is taken at the same moments. */
export class SampleTrack implements Track {
  readonly leaf: Comparing;
  readonly trend = null;
  readonly turnsAt = null;
  at = Number.NEGATIVE_INFINITY;
  verdict: Verdict = 'unknown';
  sampled = false;
  value = Number.NaN;
  private readonly server: ServerId;
  private readonly since: number;
  private readonly samples: Samples;
  private readonly below: Descent | null;
  private readonly yardstick: Yardstick;
  private cursor = -1;

  constructor(leaf: Comparing, yardstick: Yardstick, { server, youngSince }: Life, facts: RuleFacts) {
    const reach = reachOf(facts.rule);
    this.leaf = leaf;
    this.server = server;
    this.since = youngSince ?? Number.NEGATIVE_INFINITY;
    this.samples = seriesOf(facts.measured, server, leaf.figure, reach);
    this.below =
      leaf.per === null
        ? null
        : descend(seriesOf(facts.measured, server, leaf.per, reach), this.since, alignedMs(reach));
    this.yardstick = yardstick;
  }

  get reference(): Reference | null {
    return this.yardstick.reference;
  }

  stand(now: number): void {
    this.cursor = this.samples.length - 1;
    while (this.cursor >= 0 && this.samples.at(this.cursor) > now) this.cursor -= 1;
    this.read();
  }

  back(): void {
    this.cursor -= 1;
    this.read();
  }

  private read(): void {
    const at = this.cursor < 0 ? Number.NEGATIVE_INFINITY : this.samples.at(this.cursor);
    this.sampled = at >= this.since && at !== Number.NEGATIVE_INFINITY;
    if (!this.sampled) {
      this.cursor = -1;
      this.at = Number.NEGATIVE_INFINITY;
      this.verdict = 'unknown';
      this.value = Number.NaN;
      return;
    }
    this.at = at;
    this.value = this.samples.value(this.cursor);
    if (this.below !== null) {
      const by = this.below(at);
      this.value = by > 0 ? this.value / by : Number.NaN;
    }
    this.verdict = compare(this.value, this.leaf.comparison, this.yardstick.limitAt(this.server, at));
  }
}
