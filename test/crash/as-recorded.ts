import { expect } from 'vitest';
import type { ServerStatus } from '../../src/domain/status.ts';
import type { Lab } from '../lab/lab.ts';
import { controlOf, never } from './lab.ts';

/**
 * Both HAProxys, asked by themselves, have what the records say: a spare is in maint, a primary serves, and what is held
 * stays out. Nothing is a person's, for no person did anything.
 */
export async function expectAsRecorded(lab: Lab): Promise<void> {
  const { backends, operations } = await controlOf(lab).status(never);
  expect(operations).toEqual([]);
  const servers = backends[0]?.servers ?? [];
  expect(servers.filter(({ role }) => role === 'spare').length, 'spares').toBe(1);
  for (const lb of lab.lbs) {
    const rows = await lb.states();
    for (const server of servers) {
      const bits = Number(rows.get(server.name)?.['srv_admin_state']);
      expect(adminOf(bits), `${server.name} on ${lb.name}`).toBe(saidOf(server));
      expect(server.owner[lb.name], `owner of ${server.name} on ${lb.name}`).not.toBe('person');
    }
  }
}

function saidOf({ role, held }: ServerStatus): string {
  return held !== null || role === 'spare' ? 'maint' : 'ready';
}

/** The bits of `show servers state`: 0x01 maint by command, 0x08 drain by command. */
function adminOf(bits: number): string {
  return (bits & 0x01) !== 0 ? 'maint' : (bits & 0x08) !== 0 ? 'drain' : 'ready';
}
