import { describe, expect, it } from 'vitest';
import { checkpointStatus, faultFindings } from '../../src/control/fault-status.ts';
import type { Event } from '../../src/domain/event.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { apply, noRecords } from '../../src/domain/records.ts';
import { fakeWorld, someFaults } from '../fakes/world.ts';

const minute = 60_000;
const web1 = { backend: backendName('shop'), server: serverName('web1') };
const checkpoint = {
  ...{ everyMs: 5 * minute, maxAgeMs: 15 * minute, keep: 2, store: null },
  steps: [],
  restore: [],
};

function reported(events: readonly Event[], now: number) {
  const { settings } = fakeWorld({ backend: { faults: { ...someFaults, checkpoint } } });
  const [backend] = settings.backends;
  if (backend === undefined) throw new Error('the fake shop has a backend');
  const records = events.reduce(apply, noRecords);
  return {
    checkpoint: checkpointStatus(backend, records, web1, now),
    findings: faultFindings(settings, records, now).map(({ where, message }) => `${where ?? ''}: ${message}`),
  };
}

describe('status', () => {
  const made: Event = {
    ...{ type: 'checkpoint-made', at: minute, server: web1 },
    ...{ receiver: web1.server, slot: 1, tookMs: 5 },
  };
  const failed: Event = {
    ...{ type: 'checkpoint-failed', at: 6 * minute, server: web1 },
    ...{ code: 'copy-failed', message: 'no room' },
  };

  it('shows the age of the last checkpoint, and why there is no newer one', () => {
    expect(reported([made, failed], 11 * minute)).toEqual({
      checkpoint: {
        madeAt: '1970-01-01T00:01:00.000Z',
        ageSeconds: 600,
        on: 'web1',
        failure: 'no room',
      },
      findings: [],
    });
  });

  it('finds one that is too old, and a server in quarantine', () => {
    const quarantined: Event = { type: 'quarantined', at: 1, server: web1, reason: 'recovered 4 times' };
    expect(reported([made, quarantined], 17 * minute).findings).toEqual([
      'shop/web1: the last checkpoint of shop/web1 is 16m old, and 15m is the limit',
      'shop/web1: shop/web1 is quarantined: recovered 4 times',
    ]);
  });

  it('finds nothing wrong with a spare that has none', () => {
    expect(reported([], 1_000 * minute)).toMatchObject({ checkpoint: { madeAt: null }, findings: [] });
  });
});
