import type { Phase } from '../../src/domain/operation.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { controlOf, never } from './lab.ts';
import { begin, pickTarget, settled } from './operation.ts';

/** The phases of a rejuvenation, and the step in which each is met: the one that waits, where there is one. */
export const moments = {
  activating: null,
  duplexing: null,
  admitting: 'await-checked',
  draining: 'grace',
  rejuvenating: 'reboot',
  verifying: 'await-checked',
  registering: null,
} as const satisfies Partial<Record<Phase, string | null>>;

export type Moment = keyof typeof moments;

export const everyMoment = Object.keys(moments) as Moment[];

/** What is done to the lab at some of the moments, to the server that is rejuvenated; the operation goes on meanwhile. */
export type Acts = Partial<Record<Moment, (target: string) => Promise<void>>>;

/** Carries out a rejuvenation and does what is asked at its moments; gives how it ended. */
export async function rejuvenateDuring(lab: Lab, acts: Acts): Promise<Operation> {
  const target = await pickTarget(lab);
  const id = await begin(lab, target);
  if (id === null) throw new Error('no sidecar answers');
  const open = new Map(Object.entries(acts));
  const done: Promise<void>[] = [];
  for await (const { phase, step } of controlOf(lab).watch(id, never)) {
    const act = open.get(phase);
    const wanted = phase in moments ? moments[phase as Moment] : null;
    if (act === undefined || (wanted !== null && step !== wanted)) continue;
    open.delete(phase);
    done.push(phase === 'rejuvenating' ? whileAway(lab, target, act) : act(target));
  }
  await Promise.all(done);
  if (open.size > 0) throw new Error(`never met: ${[...open.keys()].join(', ')}`);
  const [operation] = await settled(lab);
  return operation!;
}

/** Not before the machine has really gone. */
async function whileAway(lab: Lab, target: string, act: (target: string) => Promise<void>): Promise<void> {
  await until(`${target} is away`, () => !lab.server(target).host.on, { withinMs: 30_000, everyMs: 5 });
  await act(target);
}
