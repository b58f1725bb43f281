import type { Phase } from '../../src/domain/operation.ts';
import type { Progress } from '../../src/domain/progress.ts';

/** What each phase does, and why, for someone who sees it for the first time. */
const why: Readonly<Record<Phase, readonly string[]>> = {
  requested: ['every gate is asked: is there a spare, enough servers, both load balancers, a login by SSH?'],
  activating: [
    'the spare is woken over SSH and probed directly; HAProxy still holds it in maint, so no client',
  ],
  duplexing: [
    'state is handed over before any client moves: sessions flushed, copied by SFTP, caches warmed',
  ],
  confirming: ['is the server still as aged as when this began?'],
  admitting: ['the spare goes drain first, so that each HAProxy checks it, and only then ready on both'],
  draining: [
    'the aged server gets no new clients. Clients with its cookie still come back to it for a while;',
    'then maint moves them, and what is still running may end. Only at zero on both does it go on',
  ],
  rejuvenating: [
    'old files are deleted, then the server reboots. Its new boot id is the proof, not the exit status',
  ],
  verifying: [
    'its application is started and probed, and each HAProxy checks it while no client can reach it',
  ],
  registering: ['maint again on both, and to sleep: it is the spare now'],
  completed: ['done'],
  'called-off': ['the server recovered, so nothing was done to it'],
  'rolling-back': ['something failed before the first action, so everything goes back to what was'],
  aborted: ['everything is as it was'],
  failed: ['it could not be done'],
};

/** Tells an operation as it goes: a heading per phase, a line per step, and a line when a number falls. */
export function makeTale(write: (line: string) => void, now: () => number): (line: Progress) => void {
  let phase: Phase | undefined;
  let told = '';
  let toldAt = 0;
  return (line) => {
    const at = `${(now() / 1000).toFixed(1).padStart(6)} s  `;
    const indent = ' '.repeat(at.length);
    if (line.phase !== phase) {
      phase = line.phase;
      const [first, ...more] = why[phase];
      write(`${at}${phase.toUpperCase()}: ${first ?? ''}`);
      for (const text of more) write(`${indent}${text}`);
    }
    const text = textOf(line);
    // What repeats with other numbers is told once a second; a new step at once.
    const same = told.split(' ')[0] === text.split(' ')[0];
    if (text === told || (same && now() - toldAt < 1000)) return;
    told = text;
    toldAt = now();
    write(`${indent}  ${text}`);
  };
}

function textOf({ step, message, sessions, queue, reason, state }: Progress): string {
  const load = Object.entries(sessions).map(
    ([name, count]) => `${name} ${count}${(queue[name] ?? 0) > 0 ? `+${queue[name]!}` : ''}`,
  );
  const rest = load.length === 0 ? '' : `  [${load.join(', ')}]`;
  const because = reason === null || state === 'running' ? '' : ` (${reason})`;
  return `${step ?? state}: ${message}${because}${rest}`;
}

/** How long each phase took, in the order in which they came. */
export function phaseTimes(lines: readonly Progress[]): { readonly phase: Phase; readonly ms: number }[] {
  const starts = lines.filter((line, at) => line.phase !== lines[at - 1]?.phase);
  return starts.flatMap((line, at) => {
    const next = starts[at + 1];
    return next === undefined
      ? []
      : [{ phase: line.phase, ms: Date.parse(next.time) - Date.parse(line.time) }];
  });
}
