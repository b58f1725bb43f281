import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/io/clock.ts';
import { FakeClock } from '../fakes/clock.ts';

const never = new AbortController().signal;

describe('the real clock', () => {
  it('sleeps no shorter than asked, on the monotonic time', async () => {
    const clock = createClock();
    for (let i = 0; i < 20; i += 1) {
      const before = clock.monotonic();
      await clock.sleep(2, never);
      expect(clock.monotonic() - before).toBeGreaterThanOrEqual(2);
    }
  });

  it('rejects with the reason of the signal, before and during a sleep', async () => {
    const reason = new Error('enough');
    const clock = createClock();
    await expect(clock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  it('does not end a sleep of two months at once', async () => {
    const controller = new AbortController();
    let ended = false;
    const sleeping = createClock()
      .sleep(60 * 24 * 3_600_000, controller.signal)
      .then(
        () => (ended = true),
        () => undefined,
      );
    await createClock().sleep(20, never);
    expect(ended).toBe(false);
    controller.abort(new Error('test over'));
    await sleeping;
  });

  it('calls once, never early, and not what was called off', async () => {
    const clock = createClock();
    const began = clock.monotonic();
    const called: number[] = [];
    clock.after(5, () => called.push(clock.monotonic() - began));
    clock.after(5, () => called.push(-1))();
    await clock.sleep(30, never);
    expect(called.length).toBe(1);
    expect(called[0]).toBeGreaterThanOrEqual(5);
  });

  it('fires a timeout with its reason, and not once it was cleared', async () => {
    const clock = createClock();
    const reason = new Error('too late');
    const fired = clock.timeout(1, reason);
    const cleared = clock.timeout(1, reason);
    cleared.clear();
    await clock.sleep(20, never);
    expect(fired.signal.reason).toBe(reason);
    expect(cleared.signal.aborted).toBe(false);
  });
});

describe('the virtual clock', () => {
  it('wakes sleepers in order, and what they start is in time too', async () => {
    const clock = new FakeClock({ now: 0 });
    const seen: string[] = [];
    const chain = async (): Promise<void> => {
      await clock.sleep(10, never);
      seen.push(`first at ${clock.now()}`);
      await clock.sleep(10, never);
      seen.push(`second at ${clock.now()}`);
    };
    void chain();
    void clock.sleep(15, never).then(() => seen.push(`other at ${clock.now()}`));
    await clock.advance(19);
    expect(seen).toEqual(['first at 10', 'other at 15']);
    await clock.advance(1);
    expect(seen).toEqual(['first at 10', 'other at 15', 'second at 20']);
    expect(clock.waiting).toBe(0);
  });

  it('passes months by itself when everything is idle', async () => {
    const clock = new FakeClock({ auto: true, now: 0 });
    for (let day = 0; day < 90; day += 1) await clock.sleep(24 * 3_600_000, never);
    expect(clock.now()).toBe(90 * 24 * 3_600_000);
  });

  it('fires timeouts in virtual time, forgets cleared and aborted waits', async () => {
    const clock = new FakeClock();
    const reason = new Error('too late');
    const deadline = clock.timeout(1000, reason);
    const other = clock.timeout(500, reason);
    other.clear();
    const sleeping = expect(clock.sleep(5000, deadline.signal)).rejects.toBe(reason);
    await clock.advance(1000);
    await sleeping;
    deadline.clear();
    expect(other.signal.aborted).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('lets the wall clock jump without waking anybody', async () => {
    const clock = new FakeClock({ now: 0 });
    const before = clock.monotonic();
    let woken = false;
    void clock.sleep(10, never).then(() => (woken = true));
    clock.jumpWall(3_600_000);
    await clock.advance(5);
    expect([clock.now(), clock.monotonic() - before, woken]).toEqual([3_600_005, 5, false]);
  });
});
