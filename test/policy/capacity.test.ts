import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backendName, serverName, type ServerId } from '../../src/domain/names.ts';
import { capacityProblem, type CapacityFacts } from '../../src/policy/capacity.ts';
import { FakeSamples } from '../fakes/samples.ts';

const shop = backendName('shop');
const id = (name: string): ServerId => ({ backend: shop, server: serverName(name) });
const [web1, web2, web3, web4] = ['web1', 'web2', 'web3', 'web4'].map(id) as [
  ServerId,
  ServerId,
  ServerId,
  ServerId,
];
const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
/** A Wednesday, noon. */
const now = Date.parse('2026-11-25T12:00:00Z');
const source = { name: 'haproxy', everyMs: 15_000, staleMs: 60_000 };

/** Every quarter of a minute in a span: what each server serves. */
function serve(
  samples: FakeSamples,
  rates: ReadonlyMap<ServerId, number>,
  fromAt: number,
  untilAt: number,
  everyMs = 60_000,
): void {
  for (let at = fromAt; at <= untilAt; at += everyMs) {
    for (const [server, rate] of rates) {
      samples.keep(
        server,
        source,
        new Map([
          ['requests.rate', rate],
          ['sessions', rate / 10],
        ]),
        at,
      );
    }
  }
}

const three = [web1, web2, web3];
const each = (rate: number): Map<ServerId, number> => new Map(three.map((server) => [server, rate]));

function facts(measured: FakeSamples, change: Partial<CapacityFacts> = {}): CapacityFacts {
  return {
    ...{ backend: shop, settings: { headroom: 0.2, figures: ['requests.rate'] }, target: web1 },
    ...{
      spare: null,
      serving: three,
      all: [...three, web4],
      waiting: { atServers: 0, atBackend: 0 },
      limits: new Map(),
      measured,
      lastsMs: 0,
      now,
    },
    ...change,
  };
}

const code = (given: CapacityFacts): string | null => capacityProblem(given)?.code ?? null;

describe('the capacity gate', () => {
  it('lets what the others have been seen to carry', () => {
    const samples = new FakeSamples();
    serve(samples, each(100), now - 30 * hourMs, now - 29 * hourMs);
    serve(samples, each(30), now - hourMs, now);
    expect(capacityProblem(facts(samples))).toBeNull();
  });

  it('refuses at the peak, says the figures, and when past weeks had less', () => {
    const samples = new FakeSamples();
    for (const weeks of [2, 1]) {
      serve(samples, each(100), now - weeks * weekMs, now - weeks * weekMs + 4 * hourMs);
      serve(samples, each(20), now - weeks * weekMs + 4 * hourMs, now - weeks * weekMs + 9 * hourMs);
    }
    serve(samples, each(100), now - hourMs, now);
    const problem = capacityProblem(facts(samples));
    expect(problem?.code).toBe('no-capacity');
    expect(problem?.message).toContain('serves 300 now and usually 300 at this hour; with headroom 360');
    expect(problem?.message).toContain('seen to carry 200');
    expect(problem?.facts['until']).toBe('2026-11-25T16:00:00.000Z');
    const later = now + 5 * hourMs;
    serve(samples, each(20), later - hourMs, later);
    expect(capacityProblem(facts(samples, { now: later }))).toBeNull();
  });

  it('refuses before a peak that past weeks had, although it is quiet now', () => {
    const samples = new FakeSamples();
    serve(samples, each(20), now - weekMs - hourMs, now - weekMs);
    serve(samples, each(100), now - weekMs, now - weekMs + 2 * hourMs);
    serve(samples, each(20), now - weekMs + 3 * hourMs, now - weekMs + 4 * hourMs);
    serve(samples, each(20), now - 30 * 60_000, now);
    expect(code(facts(samples, { lastsMs: hourMs }))).toBe('no-capacity');
  });

  it('remembers past weeks although another server has served then', () => {
    const samples = new FakeSamples();
    const before = new Map([web2, web3, web4].map((server) => [server, 100]));
    serve(samples, before, now - weekMs, now - weekMs + 2 * hourMs);
    serve(samples, each(20), now - 30 * 60_000, now);
    expect(capacityProblem(facts(samples))?.facts['usual']).toBe('300');
  });

  it('counts a spare by what it has carried itself, and one that never served as the weakest of the others', () => {
    const samples = new FakeSamples();
    serve(
      samples,
      new Map([
        [web1, 100],
        [web2, 60],
        [web3, 100],
      ]),
      now - hourMs,
      now,
    );
    // 100 + 60 + the weakest, 60, against 260 and a fifth more.
    expect(code(facts(samples, { spare: web4 }))).toBe('no-capacity');
    expect(code(facts(samples, { spare: web4, settings: { headroom: 0, figures: ['requests.rate'] } }))).toBe(
      'no-capacity',
    );
    serve(samples, new Map([[web4, 200]]), now - 90 * 60_000, now - 89 * 60_000);
    expect(code(facts(samples, { spare: web4 }))).toBeNull();
  });

  it('never counts on more than HAProxy lets a server have', () => {
    const samples = new FakeSamples();
    serve(samples, each(100), now - 30 * hourMs, now - 29 * hourMs);
    serve(samples, each(40), now - hourMs, now);
    const sessions = { headroom: 0.2, figures: ['sessions'] } as const;
    expect(code(facts(samples, { settings: sessions }))).toBeNull();
    const limits = new Map([
      ['shop/web2', 4],
      ['shop/web3', 4],
    ]);
    expect(code(facts(samples, { settings: sessions, limits }))).toBe('no-capacity');
  });

  it('refuses while requests wait, and while anything it rests on is unknown', () => {
    const samples = new FakeSamples();
    expect(code(facts(samples))).toBe('capacity-unknown');
    serve(samples, each(10), now - hourMs, now);
    const waits = (atServers: number, atBackend: number) =>
      capacityProblem(facts(samples, { waiting: { atServers, atBackend } }));
    expect(waits(3, 0)).toMatchObject({ code: 'requests-queueing', facts: { queue: 3 } });
    expect(waits(3, 4)).toMatchObject({ code: 'backend-queueing', facts: { queue: 4 } });
    expect(waits(0, 1)?.message).toContain('1 request(s) wait in the queue of the backend itself');
    expect(code(facts(samples, { waiting: null }))).toBe('capacity-unknown');
    expect(code(facts(samples, { now: now + 2 * hourMs }))).toBe('capacity-unknown');
    expect(code(facts(samples, { serving: [...three, web4] }))).toBe('capacity-unknown');
  });

  it('with more traffic never lets what it refused with less', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 100 }),
        (rates, more) => {
          const measure = (extra: number): FakeSamples => {
            const samples = new FakeSamples();
            serve(samples, each(120), now - 30 * hourMs, now - 29.5 * hourMs);
            serve(
              samples,
              new Map(three.map((server, i) => [server, Math.min(120, (rates[i] ?? 0) + extra)])),
              now - 10 * 60_000,
              now,
            );
            return samples;
          };
          const less = capacityProblem(facts(measure(0)));
          const most = capacityProblem(facts(measure(more)));
          expect(less === null || most !== null).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
