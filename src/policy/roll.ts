import type { ErrorCode } from '../domain/catalogue.ts';
import type { ServerName } from '../domain/names.ts';
import { isEnd, type Operation } from '../domain/operation.ts';
import type { Records } from '../domain/records.ts';
import type { Roll, RollEnd } from '../domain/roll.ts';

/** Where a roll stands. */
export interface RollStanding {
  /** Its rejuvenations, oldest first. */
  readonly own: readonly Operation[];
  /** Servers that are through, well or not. */
  readonly through: number;
  readonly failed: number;
}

/** What a roll does next. */
export type RollTurn =
  | { readonly kind: 'wait'; readonly message: string }
  | { readonly kind: 'ask'; readonly message: string }
  | { readonly kind: 'begin'; readonly server: ServerName }
  | { readonly kind: 'end'; readonly end: Omit<RollEnd, 'at'> };

export function standingOf({ id, passedOver }: Roll, records: Records): RollStanding {
  const own = records.operations.filter((one) => one.roll === id && !comesAgain(one));
  const ended = own.filter(({ phase }) => isEnd(phase));
  const bad = ended.filter(({ phase }) => phase === 'failed' || phase === 'aborted');
  return { own, through: ended.length + passedOver.length, failed: bad.length + passedOver.length };
}

/** Rolled back for the sake of something else, such as the end of the sidecar: its server is taken again. */
function comesAgain({ phase, cause }: Operation): boolean {
  const code = cause?.code ?? 'aborted';
  return phase === 'aborted' && ['stopping', 'interrupted', 'preempted'].includes(code);
}

/**
 * The next turn of a roll: one server after another, in its order, with pauses between; it stops once more than
 * `maxFailed` have not gone well, and asks a person after the counts of `askAfter`. Pure.
 */
export function nextTurn(roll: Roll, records: Records, now: number): RollTurn {
  const { servers, maxFailed, pauseMs, askAfter, abortAsked, passedOver } = roll;
  const { own, through, failed } = standingOf(roll, records);
  const current = own.find(({ phase }) => !isEnd(phase));
  if (current !== undefined) return { kind: 'wait', message: `${current.server} is in ${current.phase}` };
  if (abortAsked !== null)
    return ending('aborted', 'aborted', `${abortAsked.by ?? 'a person'}: ${abortAsked.reason}`);
  const stopped = own.find(({ cause }) => cause?.code === 'aborted');
  if (stopped !== undefined) {
    return ending('aborted', 'aborted', `the rejuvenation of ${stopped.server} was aborted`);
  }
  if (failed > maxFailed) return ending('failed', 'roll-stopped', tally(roll, failed, through));
  const done = [...own.map(({ server }) => server), ...passedOver.map(({ server }) => server)];
  const next = servers.find((server) => !done.includes(server));
  if (next === undefined) {
    if (failed === 0) return { kind: 'end', end: { phase: 'completed', code: null, reason: null } };
    return ending('failed', 'roll-stopped', tally(roll, failed, through));
  }
  if (askAfter.includes(through) && roll.continuedAt < through) {
    const message = `${through} of ${servers.length} are through; \`rejuv continue ${roll.id}\` goes on with ${next}, \`rejuv abort ${roll.id}\` ends it`;
    return { kind: 'ask', message };
  }
  const lastEnd = Math.max(0, ...own.map(({ endedAt }) => endedAt ?? 0));
  const dueAt = lastEnd === 0 ? now : lastEnd + pauseMs;
  // A clock that was set back must not make a pause endless.
  if (now < dueAt && dueAt - now <= pauseMs) {
    return { kind: 'wait', message: `pauses until ${new Date(dueAt).toISOString()}; next is ${next}` };
  }
  return { kind: 'begin', server: next };
}

function ending(phase: RollEnd['phase'], code: ErrorCode, reason: string): RollTurn {
  return { kind: 'end', end: { phase, code, reason } };
}

function tally({ servers, passedOver }: Roll, failed: number, through: number): string {
  const [first] = passedOver;
  const why = first === undefined ? '' : `; ${first.server}: ${first.reason}`;
  return `${failed} of ${through} did not go well, ${servers.length - through} were not begun${why}`;
}

/** Refusals that pass by themselves, or by what others do: the roll waits, and says for what. */
const passing: readonly ErrorCode[] = [
  'backend-busy',
  'server-busy',
  'at-once',
  'spacing',
  'frozen',
  'paused',
  'old-workers',
  'min-serving',
  'no-spare',
  'no-receiver',
  'shared-host',
  'stopping',
];

export function passesByItself({ code, exit }: { readonly code: ErrorCode; readonly exit: number }): boolean {
  return exit === 4 || passing.includes(code);
}
