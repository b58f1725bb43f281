import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeenFault } from '../../../src/domain/fault-records.ts';
import { serverName } from '../../../src/domain/names.ts';
import { flapOf } from '../../../src/policy/fault/flap.ts';
import { stormOf, type Storm } from '../../../src/policy/fault/storm.ts';

const minute = 60_000;
const settings = { share: 1 / 3, windowMs: minute, quietMs: 10 * minute };

/** Per server: from minute to minute, null: it goes on. */
type Course = readonly (readonly [number, number | null])[];

function storm(courses: readonly Course[], now: number, endedAt: number | null = null): Storm {
  return stormOf({
    settings,
    servers: courses.map((course, index) => ({
      name: serverName(`web${index + 1}`),
      faults: course.map(([from, to]): SeenFault => {
        return { verdict: 'failed', at: from * minute, overAt: to === null ? null : to * minute };
      }),
    })),
    endedAt: endedAt === null ? null : endedAt * minute,
    now: now * minute,
  });
}

describe('a storm', () => {
  it('is none while one server of four fails, however often', () => {
    expect(
      storm(
        [
          [
            [1, 2],
            [2.2, 3],
            [3.2, null],
          ],
          [],
          [],
          [],
        ],
        4,
      ),
    ).toEqual({
      since: null,
      servers: [],
      nextCheckAt: null,
    });
  });

  it('is none of a server that fails together with a spare at rest', () => {
    const failed = { verdict: 'failed', at: minute, overAt: null } as const;
    const of = (spare: SeenFault): Storm =>
      stormOf({
        settings,
        servers: [[failed], [], [], [spare]].map((faults, index) => ({
          name: serverName(`web${index + 1}`),
          faults,
        })),
        endedAt: null,
        now: 2 * minute,
      });
    expect(of({ ...failed, resting: true }).since).toBeNull();
    expect(of(failed).since).toBe(minute);
  });

  it('begins when more than a third fail within the window', () => {
    expect(storm([[[1, null]], [[1.5, null]], [], []], 2)).toMatchObject({
      since: 1.5 * minute,
      servers: ['web1', 'web2'],
    });
  });

  it('is none when a third of nine fail, and one when one more does', () => {
    const calm: Course[] = Array.from({ length: 9 }, () => []);
    const failing = (many: number): Course[] => calm.map((one, index) => (index < many ? [[1, null]] : one));
    expect(storm(failing(3), 1).since).toBeNull();
    expect(storm(failing(4), 1).since).toBe(minute);
  });

  it('is none when as many fail one after another, further apart than the window', () => {
    expect(storm([[[1, 1.5]], [[2, 2.5]], [[3, 3.5]], []], 4).since).toBeNull();
  });

  it('is over after quiet, once no more than the share are failing', () => {
    const passed: Course[] = [[[1, 5]], [[1, 3]], [], []];
    expect(storm(passed, 4)).toMatchObject({ since: minute, nextCheckAt: 13 * minute });
    expect(storm(passed, 12.9).since).toBe(minute);
    expect(storm(passed, 13).since).toBeNull();
  });

  it('goes on while as many are failing, and ends for a person', () => {
    const lasting: Course[] = [[[1, null]], [[1, null]], [], []];
    expect(storm(lasting, 600)).toMatchObject({ since: minute, nextCheckAt: null });
    expect(storm(lasting, 600, 500).since).toBeNull();
  });

  it('counts failures and hangs, and nothing that only was an alert', () => {
    const servers = ['web1', 'web2', 'web3'].map((name) => ({
      name: serverName(name),
      faults: [{ verdict: 'split' as const, at: 1, overAt: null }],
    }));
    expect(stormOf({ settings, servers, endedAt: null, now: 2 }).since).toBeNull();
  });
});

const anyCourses = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.integer({ min: 0, max: 20 }))), {
    maxLength: 5,
  }),
  { minLength: 1, maxLength: 8 },
);

function coursesOf(written: readonly (readonly [number, number | null])[][]): Course[] {
  return written.map((course) =>
    course
      .toSorted(([a], [b]) => a - b)
      .map(([from, lasts]): readonly [number, number | null] => [from, lasts === null ? null : from + lasts]),
  );
}

describe('whatever was recorded', () => {
  it('a storm never begins with fewer than two servers', () => {
    fc.assert(
      fc.property(anyCourses, fc.integer({ min: 0, max: 90 }), (written, now) => {
        const { since, servers } = storm(coursesOf(written), now);
        if (since !== null) expect(servers.length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing changes before the time at which it says that something can', () => {
    fc.assert(
      fc.property(anyCourses, fc.integer({ min: 0, max: 90 }), (written, now) => {
        const courses = coursesOf(written);
        // What comes later is not known yet.
        const known = courses.map((course) =>
          course
            .filter(([from]) => from <= now)
            .map(([from, to]): readonly [number, number | null] => [
              from,
              to !== null && to > now ? null : to,
            ]),
        );
        const { since, nextCheckAt } = storm(known, now);
        if (since === null || nextCheckAt === null) return;
        expect(storm(known, nextCheckAt / minute - 0.001).since).toBe(since);
        expect(storm(known, nextCheckAt / minute).since).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('a server that recovers again and again', () => {
  const flap = { times: 3, windowMs: 60 * minute };

  it('flaps once it has recovered more often than allowed within the window', () => {
    expect(flapOf([1, 2, 3], flap, 4)).toMatchObject({ flapping: false, count: 3 });
    expect(flapOf([1, 2, 3, 4], flap, 4)).toMatchObject({ flapping: true, count: 4 });
  });

  it('does not, where the recoveries are spread over a longer time', () => {
    const at = [0, 25, 50, 75].map((one) => one * minute);
    expect(flapOf(at, flap, 75 * minute)).toEqual({
      flapping: false,
      count: 3,
      nextCheckAt: 85 * minute,
    });
    expect(flapOf([], flap, 75 * minute)).toEqual({ flapping: false, count: 0, nextCheckAt: null });
  });
});
