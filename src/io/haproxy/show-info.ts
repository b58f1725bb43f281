import type { Process } from '../../domain/snapshot.ts';
import { notHaproxy, type Place } from './place.ts';

/** What `show info` tells of the process that answered. */
export interface Info {
  readonly version: string;
  readonly process: Process;
  readonly uptimeSeconds: number;
  readonly stopping: boolean;
}

/** Every `show info` starts with it, whatever the product is called. */
export const infoOpening = 'Name: ';

/** Reads `show info`. Raises: not-haproxy. */
export function parseShowInfo(place: Place, reply: string): Info {
  const lines = `${reply}\n`;
  const text = (name: string): string => {
    const start = `\n${name}: `;
    const at = lines.indexOf(start);
    const value = at < 0 ? '' : lines.slice(at + start.length, lines.indexOf('\n', at + 1));
    if (value === '') throw notHaproxy(place, `\`show info\` has no field ${name}`);
    return value;
  };
  const count = (name: string): number => {
    const value = text(name);
    if (!/^\d{1,15}$/.test(value)) {
      throw notHaproxy(place, `field ${name} of \`show info\` is not a number: ${JSON.stringify(value)}`);
    }
    return Number(value);
  };
  return {
    version: text('Version'),
    process: { pid: count('Pid'), startedAtSeconds: count('Start_time_sec') },
    uptimeSeconds: count('Uptime_sec'),
    stopping: count('Stopping') !== 0,
  };
}
