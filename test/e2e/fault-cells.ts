/**
 * The matrix: every fault, in every phase of a rejuvenation, of the server under rejuvenation and of another one. What has
 * to come of a cell is said in one place, `endOf`. By default a kill runs in every phase of both, and each other fault in
 * one early phase of the same server and one late phase of another one, as `covering` has it; REJUV_ALL_CELLS=1 runs every
 * cell. Faults while nothing else
 * goes on are in faults.test.ts.
 */

/** What strikes a server. */
export const faults = [
  ...(['kill', 'freeze', 'errors', 'slow', 'power'] as const),
  ...(['cut-one', 'cut-both', 'reboot', 'ssh-dead'] as const),
] as const;
export type CellFault = (typeof faults)[number];

/** Phases of a rejuvenation; `confirming` is one of a failover alone. */
export const early = ['activating', 'duplexing', 'admitting', 'draining'] as const;
export const late = ['rejuvenating', 'verifying', 'registering'] as const;
export type CellPhase = (typeof early)[number] | (typeof late)[number];

/** From the first action on. */
export function isLate(phase: CellPhase): boolean {
  return late.some((one) => one === phase);
}

/** Who is struck: the server under rejuvenation, or one that serves beside it. */
export type Struck = 'same' | 'other';

export interface Cell {
  readonly fault: CellFault;
  readonly phase: CellPhase;
  readonly who: Struck;
}

/** What has to come of a cell. `A` is the server under rejuvenation, `S` its spare, `O` the other one that is struck. */
export interface End {
  /** In words, for the name of the test. */
  readonly outcome: string;
  /** `failover A completed`, oldest first. */
  readonly courses: readonly string[];
  /** The end of a further one, `failover O completed`, that may or may not come after. */
  readonly maybe?: readonly string[];
  /** The code by which the first operation left its course; `|` between alternatives; null: it did not. */
  readonly cause: string | null;
  /** The codes of what a person is told, in any order. */
  readonly alerts: readonly string[];
  /** A person may be told this as well. */
  readonly mayTell?: readonly string[];
  /** What `status` shows in the end, by server; the rest are `primary serving healthy`. */
  readonly stands: Readonly<Partial<Record<'A' | 'S' | 'O', RegExp>>>;
  /** So many requests may be lost, at most. */
  readonly lost: number;
  /** Which of the two it is, time alone decides. */
  readonly or?: End;
}

/** A restart of the application helps. */
const mendable: readonly CellFault[] = ['kill', 'freeze', 'errors', 'slow'];
/** Nobody but a person can help. */
const gone: readonly CellFault[] = ['power', 'cut-both'];
/** They are told, and nothing is done. */
const onlyTold: Readonly<Partial<Record<CellFault, string>>> = {
  'cut-one': 'nodes-disagree',
  'ssh-dead': 'ssh-dead',
};

const lostBy: Readonly<Record<CellFault, number>> = {
  ...{ kill: 12, freeze: 40, errors: 120, slow: 40, power: 60 },
  ...{ 'cut-one': 60, 'cut-both': 60, reboot: 60, 'ssh-dead': 0 },
};

const spare = /^spare spare healthy$/;
const either = /^(spare spare|primary serving) healthy$/;
const failed = /^(spare|primary) off failed$/;
/** On a busy machine the watchdog may be the first to notice; what follows is the same. */
export const failing = 'server-failed|server-hung';
const noSsh = 'host-lost|host-unreachable|command-deadline';

/** What has to come of a cell; the one place that says so. */
export function endOf(cell: Cell): End {
  const { fault, phase, who } = cell;
  const code = onlyTold[fault];
  const isEarly = !isLate(phase);
  if (who === 'same' && !isEarly) return sameLate(cell);
  if (fault === 'ssh-dead' && who === 'same' && phase === 'duplexing') {
    return {
      ...{ outcome: 'state cannot be handed over, so it rolls back, and a person is told' },
      ...{ courses: ['rejuvenation A aborted'], cause: noSsh, alerts: ['ssh-dead'] },
      ...{ stands: { S: spare }, lost: 0 },
    };
  }
  if (code !== undefined) {
    return {
      ...{ outcome: 'a person is told, and it is carried on', courses: ['rejuvenation A completed'] },
      ...{ cause: null, alerts: [code], stands: { A: spare }, lost: lostBy[fault] },
    };
  }
  const told = [failing, ...(fault === 'reboot' ? ['unasked-reboot'] : [])];
  // It cannot be started over SSH either.
  const untold = fault === 'power' ? [`probe-failed|${noSsh}`] : fault === 'cut-both' ? ['check-failed'] : [];
  const repaired = gone.includes(fault) ? 'failed' : 'completed';
  const lost = lostBy[fault];
  const alerts = [...told, ...untold];
  if (who === 'same') {
    return {
      ...{ outcome: `its record becomes a failover, and its recovery is ${repaired}` },
      ...{ courses: ['failover A completed', `recovery A ${repaired}`], cause: null, alerts },
      ...{ stands: { A: gone.includes(fault) ? failed : spare }, lost },
    };
  }
  if (isEarly) {
    return {
      ...{ outcome: `the fault gets the spare, the plan rolls back, and its recovery is ${repaired}` },
      courses: ['rejuvenation A aborted', 'failover O completed', `recovery O ${repaired}`],
      ...{ cause: 'preempted', alerts, stands: { O: gone.includes(fault) ? failed : spare }, lost },
      ...(fault === 'reboot' ? { or: backFirst(lost) } : {}),
    };
  }
  return {
    outcome: `with no spare left its recovery is ${repaired}, and the rejuvenation is carried on`,
    courses: ['rejuvenation A completed', 'failover O completed', `recovery O ${repaired}`],
    ...{ cause: null, alerts: [...alerts, 'not-replaced'], lost },
    // The server that was rejuvenated meanwhile may take its place, or be about to when the repair is faster.
    maybe: ['failover O completed', 'failover O called-off'],
    stands: gone.includes(fault) ? { O: failed, A: either } : { O: either, A: either },
  };
}

/** It is back before the plan has given its spare free, and so nothing is done to it. */
function backFirst(lost: number): End {
  return {
    ...{ outcome: 'it serves again in time', courses: ['rejuvenation A aborted'], cause: 'preempted', lost },
    ...{ maybe: ['failover O called-off'], alerts: [], stands: { S: spare } },
    mayTell: [...failing.split('|'), 'unasked-reboot', 'ssh-dead'],
  };
}

/** From the first action on its own proofs decide; it serves nobody, so nobody loses a request. */
function sameLate({ fault, phase }: Cell): End {
  const none = {
    courses: ['rejuvenation A completed'],
    cause: null,
    alerts: [],
    stands: { A: spare },
    lost: 0,
  };
  const held = (cause: string): End => ({
    ...{ outcome: 'it is held out, and a person is told', courses: ['rejuvenation A failed'], cause },
    ...{ alerts: [cause], stands: { A: failed }, lost: 0 },
    // In drain each load balancer checks it for itself.
    ...(fault === 'cut-one' ? { mayTell: ['nodes-disagree'] } : {}),
  });
  const cut = fault === 'cut-one' || fault === 'cut-both';
  switch (phase) {
    case 'rejuvenating':
      if (mendable.includes(fault)) return { outcome: 'its reboot helps', ...none };
      return held(cut ? 'check-failed' : noSsh);
    case 'verifying':
      if (fault === 'reboot') {
        return { outcome: 'it is back in time', ...none, mayTell: ['unasked-reboot'] };
      }
      return held(cut ? 'check-failed' : fault === 'ssh-dead' ? noSsh : 'probe-failed');
    default:
      if (mendable.includes(fault) || cut) return { outcome: 'it is to sleep anyway', ...none };
      return held(noSsh);
  }
}

/** Every cell. */
export const allCells: readonly Cell[] = faults.flatMap((fault) =>
  [...early, ...late].flatMap((phase) =>
    (['same', 'other'] as const).map((who): Cell => ({ fault, phase, who })),
  ),
);

/** Where each fault but a kill strikes: an early phase of the same server, and a late one of another. */
const covering: Readonly<Record<Exclude<CellFault, 'kill'>, Readonly<Record<Struck, CellPhase>>>> = {
  freeze: { same: 'duplexing', other: 'rejuvenating' },
  errors: { same: 'admitting', other: 'verifying' },
  slow: { same: 'activating', other: 'registering' },
  power: { same: 'draining', other: 'rejuvenating' },
  'cut-one': { same: 'activating', other: 'verifying' },
  'cut-both': { same: 'duplexing', other: 'registering' },
  // Late: HAProxy still has connections to the boot before, which must not be used when the server is put back.
  reboot: { same: 'admitting', other: 'rejuvenating' },
  'ssh-dead': { same: 'duplexing', other: 'verifying' },
};

/** A kill in every phase of both, and each other fault where `covering` has it; every cell with REJUV_ALL_CELLS=1. */
export function cellsToRun(phases: readonly CellPhase[]): readonly Cell[] {
  const all = process.env['REJUV_ALL_CELLS'] === '1';
  return allCells.filter(({ fault, phase, who }) => {
    const chosen = all || fault === 'kill' || covering[fault][who] === phase;
    return chosen && phases.includes(phase);
  });
}
