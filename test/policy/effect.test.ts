import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/effect.ts';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { measureEffect } from '../../src/policy/effect.ts';
import { signTest, summariseEffects } from '../../src/policy/effect-summary.ts';
import { FakeSamples } from '../fakes/samples.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startedAt = Date.parse('2026-11-25T03:00:00Z');
const endedAt = startedAt + 10 * minuteMs;
const web1 = { backend: backendName('shop'), server: serverName('web1') };
const source = { name: 'node', everyMs: 60_000, staleMs: 300_000 };

const rejuvenation: Operation = {
  ...{
    id: operationId('op-1'),
    kind: 'rejuvenation',
    ...web1,
    spare: serverName('web4'),
    trigger: 'schedule',
  },
  ...{ by: null, reason: null, force: false, run: null, because: null, effect: 'owed', startedAt },
  ...{ phase: 'completed', phaseAt: endedAt, deadline: null, steps: [], abortAsked: null, cause: null },
  ...{ wayOutFrom: null, resumedAt: [], endedAt },
};

function measure(
  samples: FakeSamples,
  fromAt: number,
  untilAt: number,
  memory: number,
  requests: number | null,
): void {
  for (let at = fromAt; at <= untilAt; at += minuteMs) {
    const values = new Map([['memory.used', memory]]);
    if (requests !== null) values.set('requests.rate', requests);
    samples.keep(web1, source, values, at);
  }
}

describe('what a rejuvenation has brought', () => {
  it('is the hour before it against an hour of service at about the same traffic', () => {
    const samples = new FakeSamples();
    measure(samples, startedAt - 2 * hourMs, startedAt, 0.9, 50);
    measure(samples, endedAt, endedAt + 3 * hourMs, 0.4, 55);
    const state = measureEffect(rejuvenation, endedAt, samples, endedAt + 3 * hourMs);
    expect(state).toMatchObject({ kind: 'measured', effect: { comparable: true, reducedMs: 0 } });
    const { before, after } = (state as { effect: Effect }).effect;
    expect(before.means['memory.used']).toBeCloseTo(0.9);
    expect(after.means['memory.used']).toBeCloseTo(0.4);
    // Caches are cold right after a start.
    expect(after.fromAt).toBeGreaterThanOrEqual(endedAt + 10 * minuteMs);
  });

  it('waits until the server serves again, and for traffic like before, for a day', () => {
    const samples = new FakeSamples();
    measure(samples, startedAt - 2 * hourMs, startedAt, 0.9, 50);
    expect(measureEffect(rejuvenation, null, samples, endedAt + 5 * hourMs).kind).toBe('waiting');
    measure(samples, endedAt, endedAt + 30 * hourMs, 0.4, 200);
    expect(measureEffect(rejuvenation, endedAt, samples, endedAt + 3 * hourMs).kind).toBe('waiting');
    const late = measureEffect(rejuvenation, endedAt, samples, endedAt + 29 * hourMs);
    expect(late).toMatchObject({ kind: 'measured', effect: { comparable: false } });
  });

  it('is measured without traffic too, and says that it cannot tell how comparable it is', () => {
    const samples = new FakeSamples();
    measure(samples, startedAt - 2 * hourMs, startedAt, 0.9, null);
    measure(samples, endedAt, endedAt + 3 * hourMs, 0.4, null);
    const state = measureEffect(rejuvenation, endedAt, samples, endedAt + 3 * hourMs);
    expect(state).toMatchObject({ kind: 'measured', effect: { comparable: null } });
  });

  it('is missed where nothing was measured before, or it did not serve again in time', () => {
    const samples = new FakeSamples();
    expect(measureEffect(rejuvenation, endedAt, samples, endedAt + 3 * hourMs).kind).toBe('missed');
    measure(samples, startedAt - 2 * hourMs, startedAt, 0.9, 50);
    expect(measureEffect(rejuvenation, null, samples, startedAt + 7 * 24 * hourMs).kind).toBe('missed');
  });
});

const effect = (before: number, after: number, comparable: boolean | null = true): Effect => ({
  before: { fromAt: 0, untilAt: 1, means: { 'memory.used': before } },
  after: { fromAt: 2, untilAt: 3, means: { 'memory.used': after } },
  comparable,
  reducedMs: 0,
});

describe('what several have brought together', () => {
  it('says by how much a figure has fallen once six agree', () => {
    const six = Array.from({ length: 6 }, () => effect(0.8, 0.4));
    expect(summariseEffects(six)).toEqual([
      { figure: 'memory.used', measured: 6, change: -0.5, p: 2 * 0.5 ** 6, verdict: 'less' },
    ]);
    expect(summariseEffects(six.slice(1))).toMatchObject([{ measured: 5, verdict: 'too few to tell' }]);
  });

  it('says that a backend does not age', () => {
    const twelve = Array.from({ length: 12 }, (_, i) => effect(0.5, i % 2 === 0 ? 0.55 : 0.45));
    expect(summariseEffects(twelve)).toMatchObject([{ measured: 12, verdict: 'no measurable effect' }]);
    const still = Array.from({ length: 12 }, () => effect(0.5, 0.501));
    expect(summariseEffects(still)).toMatchObject([{ measured: 12, p: 1, verdict: 'no measurable effect' }]);
  });

  it('leaves out what was measured at other traffic', () => {
    const mixed = [...Array.from({ length: 6 }, () => effect(0.8, 0.4)), effect(0.1, 0.9, false)];
    expect(summariseEffects(mixed)).toMatchObject([{ measured: 6, verdict: 'less' }]);
  });

  it('gives a sign test that agrees with counting every outcome', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.nat({ max: 8 }), (less, more) => {
        const n = less + more;
        let extreme = 0;
        for (let outcome = 0; outcome < 2 ** n; outcome += 1) {
          const ones = outcome.toString(2).replaceAll('0', '').length;
          if (Math.min(ones, n - ones) <= Math.min(less, more)) extreme += 1;
        }
        expect(signTest(less, more)).toBeCloseTo(Math.min(1, extreme / 2 ** n), 9);
      }),
      { numRuns: 12 },
    );
  });
});
