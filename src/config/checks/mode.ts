import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** Where all servers serve, nothing is written about a spare. */
export function checkMode(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) =>
    backend.mode === 'active-active'
      ? [
          ...checkRoles(name, backend),
          ...checkSpareCommands(name, backend),
          ...checkCheckpoint(name, backend),
        ]
      : [],
  );
}

function checkRoles(name: string, { servers }: BackendDraft): Finding[] {
  return Object.entries(servers).flatMap(([server, { role }]) =>
    role === 'spare'
      ? [
          finding(
            name,
            ['servers', server, 'role'],
            `server ${name}/${server} is a spare, and in mode active-active every server serves`,
            'leave `role` out, or write `mode: active-standby`',
          ),
        ]
      : [],
  );
}

function checkSpareCommands(name: string, { spare }: BackendDraft): Finding[] {
  return (['start', 'stop'] as const).flatMap((key) =>
    spare[key] === undefined
      ? []
      : [
          finding(
            name,
            ['spare', key],
            `backend ${name} has \`spare.${key}\`, and in mode active-active there is no spare that sleeps`,
            'leave it out, or write `mode: active-standby`',
          ),
        ],
  );
}

function checkCheckpoint(name: string, { checkpoint }: BackendDraft): Finding[] {
  if (checkpoint === undefined) return [];
  return [
    finding(
      name,
      ['checkpoint'],
      `backend ${name} has \`checkpoint\`, and in mode active-active there is no spare that it could be restored into`,
      'leave it out, or write `mode: active-standby`',
    ),
  ];
}

function finding(name: string, at: Path, message: string, fix: string): Finding {
  const path = ['backends', name, ...at];
  return { path, at: 'key', message, fix, reliesOn: [path, ['backends', name, 'mode']] };
}
