import type { CalendarSettings, Freeze } from '../domain/calendar.ts';
import { asRejuvError } from '../domain/errors.ts';
import type { BackendSettings } from '../domain/settings.ts';
import type { Freezes } from '../policy/calendar/scopes.ts';
import type { World } from './world.ts';

/** The freezes of a calendar and of its files that touch a span of time. @throws RejuvError freeze-unreadable */
export async function freezesFor(
  { freezeFiles: files }: Pick<World, 'freezeFiles'>,
  { freezes, freezeFiles }: CalendarSettings,
  fromAt: number,
  untilAt: number,
): Promise<readonly Freeze[]> {
  const read = await Promise.all(freezeFiles.map(async (file) => await files.read(file, fromAt, untilAt)));
  return [...freezes.filter((one) => one.fromAt < untilAt && one.untilAt > fromAt), ...read.flat()];
}

/** The freezes over a backend at one instant; a file that cannot be read is a problem among them. */
export async function freezesAt(world: World, backend: BackendSettings, now: number): Promise<Freezes> {
  const calendars = [world.settings.calendar, backend.calendar];
  const read = await Promise.all(
    calendars.map(async (calendar) => {
      try {
        return { freezes: await freezesFor(world, calendar, now, now + 1), problems: [] };
      } catch (thrown) {
        return { freezes: [], problems: [asRejuvError(thrown)] };
      }
    }),
  );
  const [all, own] = read;
  return {
    all: all?.freezes ?? [],
    own: own?.freezes ?? [],
    problems: read.flatMap(({ problems }) => problems),
  };
}
