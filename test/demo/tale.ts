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

/** Tells an operation as it goes: a heading per phase, a line per step with its proof, and what a wait looks like. */
export function makeTale(write: (line: string) => void, now: () => number): (line: Progress) => void {
  const indent = ' '.repeat('  12.3 s  '.length);
  let phase: Phase | undefined;
  let step: { readonly plan: string; told: boolean } | undefined;
  let toldAt = 0;
  const tell = (text: string): void => {
    write(`${indent}  ${text}`);
    toldAt = now();
  };
  return (line) => {
    if (line.phase !== phase) {
      phase = line.phase;
      const [first, ...more] = why[phase];
      write(`${(now() / 1000).toFixed(1).padStart(6)} s  ${phase.toUpperCase()}: ${first ?? ''}`);
      for (const text of more) write(`${indent}${text}`);
    }
    if (line.state !== 'running') {
      if (line.reason !== null) tell(line.reason);
    } else if (line.step === null) {
      // The end of a step, with its proof. What had nothing to do is not worth a line.
      if (step !== undefined && line.message !== idle) {
        tell(step.told ? `=> ${line.message}` : joined(step.plan, line.message, indent));
      }
      step = undefined;
    } else if (step === undefined) {
      step = { plan: line.message, told: false };
    } else {
      if (!step.told) tell(step.plan);
      // A wait is looked at several times a second.
      if (!step.told || now() - toldAt >= 1000) tell(`   ${line.message}${remaining(line)}`);
      step.told = true;
    }
  };
}

const idle = 'it has no agent check';
const lineLength = 110;

function joined(plan: string, proof: string, indent: string): string {
  const one = `${plan} => ${proof}`;
  return one.length + indent.length < lineLength ? one : `${plan}\n${indent}  => ${proof}`;
}

function remaining({ sessions, queue }: Progress): string {
  const left = Object.entries(sessions).map(([name, count]) => `${name} ${count}+${queue[name] ?? 0}`);
  return left.length === 0 ? '' : ` [sessions+queue: ${left.join(', ')}]`;
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
