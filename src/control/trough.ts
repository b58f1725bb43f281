import type { Schedule } from '../domain/calendar.ts';
import type { Records } from '../domain/records.ts';
import type { BackendSettings } from '../domain/settings.ts';
import { deferToTrough, type Deferral } from '../policy/calendar/trough.ts';
import { typicalMs } from '../policy/typical.ts';
import type { World } from './world.ts';

/** How the runs of this schedule wait for the low of the day; null: they do not. */
export function deferralOf(
  { settings, samples }: Pick<World, 'settings' | 'samples'>,
  records: Records,
  backend: BackendSettings,
  { defer }: Pick<Schedule, 'defer'>,
): Deferral | null {
  if (defer === null) return null;
  return deferToTrough({
    windows: [settings.calendar.windows, backend.calendar.windows],
    // A server that never served has no usual traffic, and adds none.
    demandAt: (at) => {
      const each = backend.servers.flatMap(({ name }) => {
        const usual = samples.usual({ backend: backend.name, server: name }, 'requests.rate', at);
        return usual === null ? [] : [usual.mean];
      });
      return each.length === 0 ? null : each.reduce((sum, mean) => sum + mean);
    },
    lastsMs: typicalMs(records, backend.name),
  });
}
