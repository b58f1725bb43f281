import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** What is started or rebooted can be proven healthy, in the time given for it. */
export function checkProof(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => [
    ...checkProbeThere(name, backend),
    ...checkProbeCanPass(name, backend),
    ...checkSpareCommands(name, backend),
    ...checkGoAhead(name, backend),
  ]);
}

function checkProbeThere(name: string, { probe, actions, spare, recover }: BackendDraft): Finding[] {
  if (probe !== undefined) return [];
  const wanting: Path | null =
    spare.start !== undefined
      ? ['spare', 'start']
      : actions.length > 0
        ? ['actions']
        : recover.length > 0
          ? ['recover']
          : null;
  if (wanting === null) return [];
  return [
    {
      path: ['backends', name, ...wanting],
      at: 'key',
      message: `backend ${name} has \`${wanting.join('.')}\` but no \`probe\`, so nothing would prove that a server is healthy again`,
      fix: 'add `probe: { http: "http://{address}:{port}/health" }`',
      reliesOn: [['backends', name, 'probe']],
    },
  ];
}

function checkProbeCanPass(name: string, { probe }: BackendDraft): Finding[] {
  if (probe === undefined || (probe.passes - 1) * probe.every < probe.deadline) return [];
  return [
    {
      path: ['backends', name, 'probe'],
      at: 'key',
      message: `the probe of backend ${name} cannot pass ${probe.passes} times in a row within its deadline`,
      fix: 'raise `deadline`, or lower `passes` or `every`',
      reliesOn: [['backends', name, 'probe']],
    },
  ];
}

function checkSpareCommands(name: string, { spare }: BackendDraft): Finding[] {
  if (spare.stop === undefined || spare.start !== undefined) return [];
  return [
    {
      path: ['backends', name, 'spare', 'stop'],
      at: 'key',
      message: `backend ${name} stops its spares, but has no \`spare.start\` to wake them`,
      fix: 'add `start`, or leave `stop` out too',
      reliesOn: [['backends', name, 'spare', 'start']],
    },
  ];
}

function checkGoAhead(name: string, { goAhead, actions }: BackendDraft): Finding[] {
  if (goAhead === undefined || actions.length > 0) return [];
  return [
    {
      path: ['backends', name, 'goAhead'],
      at: 'key',
      message: `backend ${name} has \`goAhead\`, which is asked before the first action, and no \`actions\``,
      fix: 'add `actions`, or leave `goAhead` out',
      reliesOn: [['backends', name, 'actions']],
    },
  ];
}
