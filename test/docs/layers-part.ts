import { laws } from '../layers/law.ts';
import { table } from './table.ts';

/** What each folder holds. A folder of the law that is not here has to be said first. */
const holds: Readonly<Record<string, string>> = {
  domain:
    'nouns and laws: the four axes, phases, steps, events, records, calendar, faults, the catalogue of errors, the seams',
  policy:
    'pure decisions: serving, checked, ownership, standing, choice of a spare, pick, conditions, calendar, admission, reload; rules of aging and their forecasts, effects, capacity, blockers; evidence, verdicts, breakers and what to do about faults',
  model:
    'the mathematics of aging and rejuvenation: chains, intervals, estimates, trends; nothing of rejuv but its errors',
  config: 'text to frozen settings, or every problem with line and column',
  telemetry: 'events to log lines',
  'io/ssh': 'logins, commands, copies, forwarded streams; the known_hosts check',
  'io/probe': 'the application probe and warm-up requests',
  'io/metrics':
    'sources of figures: pages of exporters, a Prometheus server, /proc and commands over a login handed in; firing alerts',
  'io/ical': 'iCalendar files to freezes',
  'io/cron': 'cron expressions to patterns of days and times',
  io: 'one adapter per outside thing: `haproxy` (the runtime API), `haproxy-config` (its own files), `store` (the records), `samples` (measured figures), clock, runner, deploy markers, lease, systemd',
  control:
    'the engine, the steps, the procedures; the poll, the sampling, the loops of schedules, measured aging and effects, the watch for faults; plan, status, why, reload',
  http: 'the API on the unix socket, and its client',
  cli: 'one file or folder per command; `daemon.ts` and `direct.ts` are the composition roots',
  main: 'the bin: hands argv and streams to cli',
};

/** The table of the layers, from the law that the test enforces. */
export function layersPart(): string {
  return table(
    ['folder', 'holds', 'may import'],
    Object.entries(laws).map(([folder, { folders, packages, node }]) => {
      const what = holds[folder];
      if (what === undefined)
        throw new Error(`test/docs/layers-part.ts does not say what src/${folder} holds`);
      return [
        `\`${folder}\``,
        what,
        [...folders, ...(node ? ['node'] : []), ...packages].join(', ') || 'nothing',
      ];
    }),
  );
}
