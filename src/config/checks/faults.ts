import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** What is written about faults has somebody who notices them, and can do what it says. */
export function checkFaults(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => [
    ...checkNoticed(name, backend),
    ...checkWatchdog(name, backend),
    ...checkFailover(name, backend),
    ...checkReceiver(name, backend),
    ...checkCheckpointAge(name, backend),
    ...checkCheckpointPlaces(name, backend),
    ...checkCheckpointStore(name, backend),
  ]);
}

function checkNoticed(name: string, backend: BackendDraft): Finding[] {
  if (backend.faults !== undefined) return [];
  const wanting = (['checkpoint', 'storm', 'flap'] as const).filter((key) => backend[key] !== undefined);
  const keys = backend.recover.length > 0 ? ['recover', ...wanting] : wanting;
  return keys.map((key) => ({
    path: ['backends', name, key],
    at: 'key',
    message: `backend ${name} has \`${key}\` but no \`faults\`, so nothing would notice a fault`,
    fix: 'add `faults: {}`',
    reliesOn: [
      ['backends', name, key],
      ['backends', name, 'faults'],
    ],
  }));
}

function checkWatchdog(name: string, { faults, probe }: BackendDraft): Finding[] {
  if (faults?.watchdog !== true || probe !== undefined) return [];
  const path = ['backends', name, 'faults'];
  return [
    {
      path: [...path, 'watchdog'],
      at: 'value',
      message: `the watchdog of backend ${name} asks its \`probe\`, and there is none`,
      fix: 'add `probe: { http: "http://{address}:{port}/health" }`, or leave `watchdog` out',
      reliesOn: [path, ['backends', name, 'probe']],
    },
  ];
}

function checkFailover(name: string, { faults, recover, servers, mode }: BackendDraft): Finding[] {
  if (faults?.onFault !== 'failover' || recover.length > 0) return [];
  // The others carry on, and it comes back once it passes again.
  if (mode === 'active-active') return [];
  if (Object.values(servers).some(({ role }) => role === 'spare')) return [];
  const path = ['backends', name, 'faults', 'onFault'];
  return [
    {
      path,
      at: 'value',
      message: `backend ${name} has neither a spare to take over nor \`recover\``,
      fix: 'give one server `role: spare`, add `recover:`, or write alert',
      reliesOn: [path, ['backends', name, 'servers'], ['backends', name, 'recover']],
    },
  ];
}

function checkCheckpointAge(name: string, { checkpoint }: BackendDraft): Finding[] {
  if (checkpoint?.maxAge === undefined || checkpoint.maxAge > checkpoint.every) return [];
  const path = ['backends', name, 'checkpoint'];
  return [
    {
      path: [...path, 'maxAge'],
      at: 'value',
      message: `checkpoints of backend ${name} are made too rarely to be younger than \`maxAge\``,
      fix: 'raise `maxAge` above `every`, or lower `every`',
      reliesOn: [
        [...path, 'maxAge'],
        [...path, 'every'],
      ],
    },
  ];
}

/** Two primaries must not write over each other, nor a torn checkpoint over the last whole one. */
function checkCheckpointPlaces(name: string, { checkpoint, servers }: BackendDraft): Finding[] {
  if (checkpoint === undefined) return [];
  const several = Object.keys(servers).length > 1;
  return checkpoint.steps.flatMap(({ copy }, index): Finding[] => {
    if (copy === undefined) return [];
    const path: Path = ['backends', name, 'checkpoint', 'steps', index, 'copy', 'to'];
    const finding = (placeholder: string, why: string, fix: string): Finding => ({
      path,
      at: 'value',
      message: `${copy.to} lacks ${placeholder}, so ${why}`,
      fix,
      reliesOn: [path, ['backends', name, 'checkpoint'], ['backends', name, 'servers']],
    });
    const to = '/var/lib/shop/checkpoints/{server}/{slot}';
    if (several && !copy.to.includes('{server}')) {
      return [
        finding('{server}', 'the checkpoints of all primaries would lie in one place', `write such as ${to}`),
      ];
    }
    if (checkpoint.keep > 1 && !copy.to.includes('{slot}')) {
      const why = `${checkpoint.keep} checkpoints cannot be kept there`;
      return [finding('{slot}', why, `write such as ${to}, or \`keep: 1\``)];
    }
    return [];
  });
}

function checkReceiver(name: string, { checkpoint, servers, mode }: BackendDraft): Finding[] {
  if (checkpoint === undefined || checkpoint.store !== undefined || mode === 'active-active') return [];
  if (Object.values(servers).some(({ role }) => role === 'spare')) return [];
  return [
    {
      path: ['backends', name, 'checkpoint'],
      at: 'key',
      message: `backend ${name} has neither a spare nor a store that its checkpoints could go to`,
      fix: 'give one server `role: spare`, or add `store: { ssh: host }`',
      reliesOn: [
        ['backends', name, 'checkpoint'],
        ['backends', name, 'servers'],
      ],
    },
  ];
}

function checkCheckpointStore(name: string, { checkpoint }: BackendDraft): Finding[] {
  if (checkpoint === undefined || checkpoint.store !== undefined) return [];
  const path = ['backends', name, 'checkpoint'];
  const finding = (at: Path, message: string): Finding => ({
    path: [...path, ...at],
    at: 'key',
    message,
    fix: 'add `store: { ssh: host }`, or leave this step out',
    reliesOn: [
      [...path, ...at],
      [...path, 'store'],
    ],
  });
  const lists = ['steps', 'restore'] as const;
  return lists.flatMap((list) =>
    checkpoint[list].flatMap(({ run, copy }, index): Finding[] => {
      if (run?.on === 'store') {
        return [finding([list, index, 'run'], `checkpoints of backend ${name} have no store to run it on`)];
      }
      if (list === 'restore' && copy !== undefined) {
        const message = `checkpoints of backend ${name} lie on the spare already, so there is nothing to copy there`;
        return [finding([list, index, 'copy'], message)];
      }
      return [];
    }),
  );
}
