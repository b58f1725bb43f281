import { expect, it } from 'vitest';
import { createBeats } from '../../../src/control/sampling/beats.ts';
import { FakeClock } from '../../fakes/clock.ts';

it('all who wait for one instant wait by one timer, and go on at that instant', async () => {
  const clock = new FakeClock();
  const beats = createBeats(clock, new AbortController().signal);
  const instant = clock.monotonic() + 500;
  const gone: number[] = [];
  for (const at of [instant, instant, instant + 1, instant])
    void beats.until(at).then(() => gone.push(clock.monotonic()));
  expect(clock.waiting).toBe(2);
  await clock.advance(499);
  expect(gone).toEqual([]);
  await clock.advance(2);
  expect(gone).toEqual([instant, instant, instant, instant + 1]);
  expect(clock.waiting).toBe(0);
});

it('the signal ends every wait, and no wait begins after it', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const beats = createBeats(clock, stop.signal);
  const waits = [beats.until(clock.monotonic() + 500), beats.until(clock.monotonic() + 900)];
  stop.abort();
  await Promise.all(waits);
  await beats.until(clock.monotonic() + 500);
  expect(clock.waiting).toBe(0);
});

it('an instant that has passed is waited for no longer than a turn', async () => {
  const clock = new FakeClock();
  const beats = createBeats(clock, new AbortController().signal);
  const past = beats.until(clock.monotonic() - 5);
  await clock.advance(0);
  await past;
});
