import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { hour, kinds, listOf, minute, monday, node, values, web1, web2 } from './stores.ts';

const refused = new RejuvError('host-unreachable', { host: 'web1', problem: 'connection refused' });
const day = 24 * hour;
const week = 7 * day;

describe.each(kinds)('samples $name', ({ create }) => {
  it('give what was kept, oldest first, also after a restart', async () => {
    const { store, again } = await create();
    store.keep(web1, node, values({ load: 1, 'memory.used': 0.85 }), monday);
    store.keep(web1, node, values({ load: 2 }), monday + 15_000);
    store.keep(web1, node, values({ load: NaN, 'memory.used': 0.9 }), monday + 30_000);
    store.keep(web2, node, values({ load: Infinity }), monday);
    for (const one of [store, await again()]) {
      expect(listOf(one.recent(web1, 'load'))).toEqual([
        { at: monday, value: 1 },
        { at: monday + 15_000, value: 2 },
      ]);
      expect(listOf(one.recent(web1, 'memory.used'))).toEqual([
        { at: monday, value: 0.85 },
        { at: monday + 30_000, value: 0.9 },
      ]);
      expect(one.recent(web2, 'load').length).toBe(0);
      expect(one.recent(web1, 'load').at(2)).toBeNaN();
      expect(one.recent(web1, 'load').value(-1)).toBeNaN();
    }
  });

  it('give two hours as they came, and a week by means of five minutes that are over', async () => {
    const { store, again } = await create();
    for (let at = monday; at < monday + 3 * hour; at += 15_000) {
      store.keep(web1, node, values({ load: (at - monday) / minute }), at);
    }
    for (const one of [store, await again()]) {
      const recent = listOf(one.recent(web1, 'load'));
      expect(recent).toHaveLength(480);
      expect(recent[0]).toEqual({ at: monday + hour, value: 60 });
      const means = listOf(one.aggregated(web1, 'load'));
      expect(means).toHaveLength(35);
      // 20 samples, 0 to 4.75 minutes after the beginning.
      expect(means[0]).toEqual({ at: monday, value: 2.375 });
      expect(means.at(-1)).toEqual({ at: monday + 34 * 5 * minute, value: 172.375 });
    }
  });

  it('drop an instant that is not after the last one of its source', async () => {
    const { store } = await create();
    store.keep(web1, node, values({ load: 1 }), monday);
    store.keep(web1, node, values({ load: 2 }), monday);
    store.keep(web1, node, values({ load: 3 }), monday - 9 * minute);
    store.keep(web1, { ...node, name: 'app' }, values({ heap: 4 }), monday - 9 * minute);
    expect(listOf(store.recent(web1, 'load'))).toEqual([{ at: monday, value: 1 }]);
    expect(store.recent(web1, 'heap').length).toBe(1);
  });

  it('survive a clock that jumps ahead by a year and is set right again', async () => {
    const { store, again } = await create();
    const ahead = 365 * day;
    for (let at = 0; at < 2 * hour; at += minute) {
      store.keep(web1, { ...node, everyMs: minute }, values({ load: at }), monday + at);
    }
    for (let at = 0; at < 30 * minute; at += minute) {
      store.keep(web1, { ...node, everyMs: minute }, values({ load: -1 }), monday + ahead + at);
    }
    store.keep(web1, { ...node, everyMs: minute }, values({ load: 7 }), monday + 2.5 * hour);
    for (const one of [store, await again()]) {
      const recent = listOf(one.recent(web1, 'load'));
      expect(recent.every(({ value }) => value >= 0)).toBe(true);
      expect(recent).toHaveLength(90);
      expect(listOf(one.aggregated(web1, 'load'))).toHaveLength(24);
      expect(one.freshness(web1, 'load', monday + 2.5 * hour)).toMatchObject({ kind: 'fresh', source: 'node' });
    }
  });

  it('do not lose the history when a clock is set back by an hour', async () => {
    const { store, again } = await create();
    for (let at = 0; at < 4 * hour; at += minute) {
      store.keep(web1, { ...node, everyMs: minute }, values({ load: at }), monday + at);
    }
    for (let at = 3 * hour; at < 3.5 * hour; at += minute) {
      store.keep(web1, { ...node, everyMs: minute }, values({ load: 1_000 }), monday + at);
    }
    for (const one of [store, await again()]) {
      const means = listOf(one.aggregated(web1, 'load'));
      expect(means).toHaveLength(41);
      expect(means.slice(0, 36).every(({ value }) => value !== 1_000)).toBe(true);
      expect(means.slice(36).every(({ value }) => value === 1_000)).toBe(true);
    }
  });

  it('know what is usual at an hour of the week, and let what was long ago fade', async () => {
    const { store, again } = await create();
    const slow = { ...node, everyMs: 5 * minute };
    const weeks = [10, 20, 30];
    for (const [index, load] of weeks.entries()) {
      for (let at = 0; at < 2 * hour; at += minute) {
        store.keep(web1, slow, values({ load }), monday + index * week + at);
      }
      store.keep(web1, slow, values({ load: 0 }), monday + index * week + 3 * hour);
    }
    for (const one of [store, await again()]) {
      const usual = one.usual(web1, 'load', monday + 5 * week + 10 * minute);
      expect(usual?.weeks).toBe(3);
      expect(usual?.mean).toBeCloseTo(20, 5);
      expect(usual?.max).toBe(30);
      expect(one.usual(web1, 'load', monday + 5 * hour)).toBeNull();
      expect(one.usual(web2, 'load', monday)).toBeNull();
    }
  });

  it('tell fresh from stale, with the last value and the problem', async () => {
    const { store } = await create();
    expect(store.freshness(web1, 'load', monday)).toEqual({ kind: 'unmeasured' });
    store.failed(web1, node, refused);
    expect(store.freshness(web1, 'load', monday)).toEqual({
      ...{ kind: 'stale', source: 'node', since: null, problem: refused },
    });
    store.keep(web1, node, values({ load: 1 }), monday);
    expect(store.freshness(web1, 'load', monday + minute)).toMatchObject({ kind: 'fresh', source: 'node' });
    expect(store.freshness(web1, 'heap', monday)).toEqual({ kind: 'unmeasured' });
    store.failed(web1, node, refused);
    expect(store.freshness(web1, 'load', monday + minute + 1)).toEqual({
      ...{ kind: 'stale', source: 'node', since: monday, problem: refused },
    });
    // A clock that was ahead: a value of the future proves nothing.
    expect(store.freshness(web1, 'load', monday - hour)).toMatchObject({ kind: 'stale', since: monday });
    store.keep(web1, node, values({ threads: 5 }), monday + 2 * minute);
    expect(store.freshness(web1, 'load', monday + 2 * minute)).toMatchObject({
      since: monday,
      problem: null,
    });
  });

  it('know when the host or the application started', async () => {
    const { store, again } = await create();
    expect(store.youngSince(web1)).toBeNull();
    store.started(web1, monday - day);
    store.started(web1, monday - hour);
    for (const one of [store, await again()]) expect(one.youngSince(web1)).toBe(monday - hour);
  });
});
