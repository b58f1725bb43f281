import { RejuvError } from '../../src/domain/errors.ts';
import type { FigureName } from '../../src/domain/figure.ts';
import { formatServerId, type ServerId } from '../../src/domain/names.ts';
import type { Freshness, Samples, SampleTrouble, Usual } from '../../src/domain/sample.ts';
import type { SampleStore } from '../../src/domain/seams.ts';
import type { SampledSource } from '../../src/domain/sources.ts';

const fiveMinutes = 300_000;
const hour = 3_600_000;
const week = 168 * hour;

interface Point {
  readonly at: number;
  readonly value: number;
}

interface Said {
  source: SampledSource;
  rows: { readonly at: number; readonly values: ReadonlyMap<FigureName, number> }[];
  problem: RejuvError | null;
}

/**
 * Samples in plain lists, worked out anew at each question: what the real store has to agree with. `full` lets every flush
 * fail; `kept` is all that was kept, in order.
 */
export class FakeSamples implements SampleStore {
  full = false;
  closed = false;
  flushes = 0;
  readonly kept: { server: string; source: string; values: Record<FigureName, number>; at: number }[] = [];
  readonly failures: { server: string; source: string; problem: RejuvError }[] = [];
  private readonly said = new Map<string, Map<string, Said>>();
  private readonly young = new Map<string, number>();

  keep(server: ServerId, source: SampledSource, given: ReadonlyMap<FigureName, number>, at: number): void {
    const values = new Map([...given].filter(([, value]) => Number.isFinite(value)));
    const said = this.of(server, source);
    if (values.size === 0) return;
    said.problem = null;
    const last = said.rows.at(-1)?.at ?? -Infinity;
    if (at <= last && last - at <= 600_000) return;
    said.rows = [...said.rows.filter((row) => row.at < at), { at, values }];
    const flat = Object.fromEntries(values);
    this.kept.push({ server: formatServerId(server), source: source.name, values: flat, at });
  }

  failed(server: ServerId, source: SampledSource, problem: RejuvError): void {
    this.of(server, source).problem = problem;
    this.failures.push({ server: formatServerId(server), source: source.name, problem });
  }

  started(server: ServerId, at: number): void {
    this.young.set(formatServerId(server), at);
  }

  recent(server: ServerId, figure: FigureName): Samples {
    const said = this.giver(server, figure);
    const newest = said?.rows.at(-1)?.at ?? 0;
    return samplesOf(pointsOf(said, figure).filter(({ at }) => at > newest - 2 * hour));
  }

  aggregated(server: ServerId, figure: FigureName): Samples {
    const said = this.giver(server, figure);
    const newest = slotsOf(said).at(-1) ?? 0;
    return samplesOf(meansOf(said, figure).filter(({ at }) => at > newest - week));
  }

  usual(server: ServerId, figure: FigureName, at: number): Usual | null {
    const said = this.giver(server, figure);
    const means = meansOf(said, figure);
    const open = Math.floor((slotsOf(said).at(-1) ?? 0) / hour);
    let usual: Usual | null = null;
    for (const which of [...new Set(means.map((mean) => Math.floor(mean.at / hour)))]) {
      if (which >= open || (which - Math.floor(at / hour)) % 168 !== 0) continue;
      const values = means.filter((mean) => Math.floor(mean.at / hour) === which).map(({ value }) => value);
      if (values.length < 6) continue;
      const [own, top] = [average(values), Math.max(...values)];
      if (usual === null) usual = { mean: own, max: top, weeks: 1 };
      else {
        const weeks: number = usual.weeks + 1;
        const mean: number = usual.mean + (own - usual.mean) * Math.max(1 / weeks, 0.25);
        usual = { mean, max: Math.max(top, mean + 0.75 * (usual.max - mean)), weeks };
      }
    }
    return usual;
  }

  youngSince(server: ServerId): number | null {
    return this.young.get(formatServerId(server)) ?? null;
  }

  freshness(server: ServerId, figure: FigureName, now: number): Freshness {
    const said = this.giver(server, figure);
    if (said === undefined) {
      const silent = [...(this.said.get(formatServerId(server))?.values() ?? [])].find(
        ({ rows }) => rows.length === 0,
      );
      if (silent === undefined) return { kind: 'unmeasured' };
      return { kind: 'stale', source: silent.source.name, since: null, problem: silent.problem };
    }
    const since = pointsOf(said, figure).at(-1)?.at ?? null;
    const { name: source, staleMs } = said.source;
    if (since !== null && Math.abs(now - since) <= staleMs) {
      return { kind: 'fresh', source, until: since + staleMs };
    }
    return { kind: 'stale', source, since, problem: said.problem };
  }

  troubles(): readonly SampleTrouble[] {
    return this.full ? [{ since: 0, error: unwritable() }] : [];
  }

  async flush(): Promise<void> {
    await Promise.resolve();
    this.flushes += 1;
    if (this.full) throw unwritable();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.flush();
  }

  private of(server: ServerId, source: SampledSource): Said {
    const key = formatServerId(server);
    const sources = this.said.get(key) ?? new Map<string, Said>();
    this.said.set(key, sources);
    const said = sources.get(source.name) ?? { source, rows: [], problem: null };
    said.source = source;
    sources.set(source.name, said);
    return said;
  }

  private giver(server: ServerId, figure: FigureName): Said | undefined {
    return [...(this.said.get(formatServerId(server))?.values() ?? [])].findLast(({ rows }) =>
      rows.some(({ values }) => values.has(figure)),
    );
  }
}

function pointsOf(said: Said | undefined, figure: FigureName): Point[] {
  return (said?.rows ?? []).flatMap(({ at, values }) => {
    const value = values.get(figure);
    return value === undefined ? [] : [{ at, value }];
  });
}

/** The five minutes that are over, by when they began. */
function slotsOf(said: Said | undefined): number[] {
  const slots = (said?.rows ?? []).map(({ at }) => Math.floor(at / fiveMinutes) * fiveMinutes);
  return [...new Set(slots)].slice(0, -1);
}

function meansOf(said: Said | undefined, figure: FigureName): Point[] {
  const over = new Set(slotsOf(said));
  const bySlot = new Map<number, number[]>();
  for (const { at, value } of pointsOf(said, figure)) {
    const slot = Math.floor(at / fiveMinutes) * fiveMinutes;
    if (over.has(slot)) bySlot.set(slot, [...(bySlot.get(slot) ?? []), value]);
  }
  return [...bySlot].map(([at, values]) => ({ at, value: average(values) }));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function samplesOf(points: readonly Point[]): Samples {
  return {
    length: points.length,
    at: (index) => points[index]?.at ?? NaN,
    value: (index) => points[index]?.value ?? NaN,
  };
}

function unwritable(): RejuvError {
  return new RejuvError('samples-unwritable', { path: '/in/memory/samples', problem: 'the disk is full' });
}
