import { describe, expect, it } from 'vitest';
import { noFaults, serverFaults } from '../../../src/domain/fault-records.ts';
import { backendName, serverName } from '../../../src/domain/names.ts';
import { checkpointStanding } from '../../../src/policy/fault/checkpoint-age.ts';

const minute = 60_000;
const web1 = { backend: backendName('shop'), server: serverName('web1') };
const settings = {
  everyMs: 5 * minute,
  maxAgeMs: 15 * minute,
  keep: 2,
  store: null,
  steps: [],
  restore: [],
};
const never = serverFaults(noFaults, web1);

function standing(made: number | null, failed: number | null, now: number) {
  const checkpoint = made === null ? null : { at: made * minute, receiver: 'web4', slot: 1, tookMs: 10 };
  const checkpointFailure =
    failed === null ? null : { at: failed * minute, code: 'copy-failed', message: 'no room' };
  const { problem, ...rest } = checkpointStanding(
    web1,
    { ...never, checkpoint, checkpointFailure },
    settings,
    0,
    now * minute,
  );
  return { ...rest, problem: problem === null ? null : `${problem.message}; ${problem.fix}` };
}

describe('the checkpoint of a primary', () => {
  it('is due every interval, in the other slot', () => {
    expect(standing(100, null, 103)).toEqual({
      ageMs: 3 * minute,
      problem: null,
      dueAt: 105 * minute,
      nextSlot: 2,
    });
  });

  it('that grew too old is a finding that says why there is no newer one', () => {
    expect(standing(100, 115, 116).problem).toBe(
      'the last checkpoint of shop/web1 is 16m old, and 15m is the limit; see why no newer one was made: no room',
    );
  });

  it('that failed is tried again an interval later, and overwrites no whole one', () => {
    expect(standing(100, 105, 106)).toMatchObject({ dueAt: 110 * minute, nextSlot: 2, problem: null });
  });

  it('that was never made is due at once, and a finding once it should be there', () => {
    expect(standing(null, null, 3)).toMatchObject({ ageMs: null, dueAt: 3 * minute, problem: null });
    expect(standing(null, null, 16).problem).toContain('there is no checkpoint of shop/web1');
    expect(standing(null, 1, 2).problem).toContain('no room');
  });
});
