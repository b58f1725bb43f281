import { parseDuration } from '../config/duration.ts';
import { RejuvError } from '../domain/errors.ts';
import { printJson, settingsOf, tell, unhurried, type Call, type Handler } from './call.ts';
import { readMoment } from './moment.ts';
import { reasonOf } from './operate.ts';
import { reachSidecar } from './reach.ts';
import { showInstant, showWhen } from './show/instant.ts';
import { personIn } from './terminal.ts';

/** Lets the sidecar start nothing new, for a time or until somebody resumes. */
export const pause: Handler = async (call) => {
  const reason = reasonOf(call);
  if (reason === null) throw new RejuvError('usage', { problem: 'a pause needs its --reason' });
  const until = endOf(call);
  const rollBack = call.options.rollBack === true;
  const includingFailover = call.options.includingFailover === true;
  const control = await reachSidecar(call, await settingsOf(call));
  const by = personIn(call.terminal.env);
  const { stopping } = await control.pause({ by, reason, until, rollBack, includingFailover }, unhurried);
  if (call.options.json === true) {
    const end = until === null ? null : new Date(until).toISOString();
    printJson(call, { paused: { reason, until: end, includingFailover }, stopping });
    return 0;
  }
  const end =
    until === null ? '`rejuv resume`' : showWhen(until, call.outside.clock.now(), call.terminal.timeZone);
  tell(call, `paused until ${end}; drain, maint and ready still work`);
  if (includingFailover) tell(call, 'a server that fails is not replaced meanwhile: a person is told');
  for (const id of stopping) tell(call, `asked ${id} to stop; \`rejuv watch ${id}\` shows how it ends`);
  return 0;
};

export const resume: Handler = async (call) => {
  const control = await reachSidecar(call, await settingsOf(call));
  await control.resume(personIn(call.terminal.env), reasonOf(call), unhurried);
  if (call.options.json === true) printJson(call, { paused: null });
  else tell(call, 'resumed');
  return 0;
};

const longestPauseMs = 10 * 366 * 86_400_000;

function readSpan(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new RejuvError('usage', {
    problem: `--for is a duration such as 2h or 1h30m, not ${JSON.stringify(text)}`,
  });
}

function endOf({ options, outside, terminal }: Call): number | null {
  const now = outside.clock.now();
  const { for: span, until } = options;
  if (span !== undefined && until !== undefined) {
    throw new RejuvError('usage', { problem: '--for and --until say the same thing twice; use one' });
  }
  if (span === undefined && until === undefined) return null;
  const at = span === undefined ? readMoment(until ?? '', '--until', 'ahead', now) : now + readSpan(span);
  if (at > now + longestPauseMs) {
    throw new RejuvError('usage', {
      problem: 'a pause lasts ten years at most; without an end it lasts until `rejuv resume`',
    });
  }
  if (at > now) return at;
  throw new RejuvError('usage', {
    problem: `a pause until ${showInstant(at, now, terminal.timeZone)} would be over already`,
  });
}
