import { describe, expect, it } from 'vitest';
import { clockFinding, readClock } from '../../src/cli/check/clocks.ts';
import type { CommandResult } from '../../src/domain/seams.ts';
import { FakeClock } from '../fakes/clock.ts';

/** A clock that is `aheadMs` ahead of ours, read after `there` and before `back` of the way. */
async function read(
  aheadMs: number,
  { there = 0, back = 0, format = (ms: number) => `${(ms / 1000).toFixed(3)}000000\n` } = {},
): Promise<Awaited<ReturnType<typeof readClock>>> {
  const clock = new FakeClock();
  return await readClock(clock, async () => {
    await clock.advance(there);
    const stdout = format(clock.now() + aheadMs);
    await clock.advance(back);
    const result: CommandResult = { status: 0, endedBy: null, stdout, stderr: '', truncated: false };
    return result;
  });
}

describe('the clock of another machine', () => {
  it.each([0, 1_999, -1_999, 2_001, -60_000])('is compared to the millisecond: %d ms', async (aheadMs) => {
    expect(await read(aheadMs)).toEqual({ aheadMs, withinMs: 0 });
  });

  it('is read somewhere in the round trip, so half of it counts as uncertain', async () => {
    expect(await read(0, { there: 300, back: 100 })).toEqual({ aheadMs: 100, withinMs: 200 });
  });

  it('is a warning only when it is surely more than two seconds off, with the figure', async () => {
    const severity = async (aheadMs: number, way = {}): Promise<string> =>
      clockFinding('lb-b', await read(aheadMs, way)).severity;
    expect(await severity(2_001)).toBe('warning');
    expect(await severity(1_999)).toBe('ok');
    expect(await severity(2_100, { there: 500, back: 500 })).toBe('ok');
    expect(await severity(2_600, { there: 500, back: 500 })).toBe('warning');
    expect(clockFinding('lb-b', await read(-65_432)).message).toBe(
      "its clock is 65.4 s behind this machine's (measured to ±0.00 s)",
    );
    expect(clockFinding('lb-b', await read(3_000)).message).toContain('3.0 s ahead of');
  });

  it('is not judged when the answer took too long, or was no time', async () => {
    expect(clockFinding('lb-b', await read(0, { there: 5_000 })).message).toContain('not examined');
    const none = await read(0, { format: () => 'rejuv-login: not allowed\n' });
    expect(clockFinding('lb-b', none)).toMatchObject({ severity: 'note' });
  });

  it('is read by a `date` without nanoseconds too, to half a second', async () => {
    const whole = await read(0, { format: (ms) => `${Math.floor(ms / 1000)}.N\n` });
    expect(whole?.withinMs).toBe(500);
    expect(Math.abs(whole?.aheadMs ?? 1e9)).toBeLessThanOrEqual(500);
  });
});
