import { phases, type Phase } from '../../src/domain/operation.ts';
import { table } from './table.ts';

/** What is seen before a phase counts as done. The compiler asks for every phase in which something is done. */
const doneWhen: Readonly<Record<Phase, string>> = {
  requested: 'every gate admits, and the logins to both servers work',
  activating: "the spare's application answers its probe so many times in a row",
  duplexing: 'every hand-over step succeeded; a spare is still in maint, a receiver serves',
  confirming:
    'measured aging: the rule held on for its `confirm`; a failover: the storm hold is over, and the server has not recovered',
  admitting: 'the spare was in drain, where each HAProxy checked it, and is ready and up on both',
  draining:
    'agent checks off, drain, grace, maint; no session and no queued request on either; the spare is recorded as primary; `goAhead` said yes; the last look before the first action finds it so',
  rejuvenating:
    'each action has its own proof; a reboot: another boot id, and an uptime shorter than the time since',
  verifying: 'the application is started where it sleeps, probed, and checked by both HAProxys in drain',
  registering:
    'maint on both, nothing in progress, asleep where spares sleep; or ready on both, at its whole weight, as good as its peers; recorded as verified',
  'rolling-back': 'each step taken is undone, newest first',
  completed: '',
  'called-off': '',
  aborted: '',
  failed: '',
};

/** The legal moves, from the table that the engine obeys. */
export function phasesPart(): string {
  return table(
    ['phase', 'what happens', 'done when', 'next'],
    Object.entries(phases).map(([phase, { next, does }]) => [
      `\`${phase}\``,
      does,
      doneOf(phase),
      next.map((name) => `\`${name}\``).join(', '),
    ]),
  );
}

function doneOf(name: string): string {
  return Object.entries(doneWhen).find(([phase]) => phase === name)?.[1] ?? '';
}
