import type { Step, StepKind } from '../../domain/step.ts';
import { admin } from './admin.ts';
import { agent } from './agent.ts';
import { awaitChecked, awaitServing } from './await-checked.ts';
import { awaitIdle } from './await-idle.ts';
import { hold, recovered, release, roles, verified } from './bookkeeping.ts';
import { confirmAging } from './confirm-aging.ts';
import { confirmFault } from './confirm-fault.ts';
import { bake } from './bake.ts';
import { copy } from './copy.ts';
import { failback } from './failback.ts';
import { goAhead } from './go-ahead.ts';
import { grace } from './grace.ts';
import { mend } from './mend.ts';
import { probe } from './probe.ts';
import { proveOut } from './prove-out.ts';
import { reboot } from './reboot.ts';
import { request } from './request.ts';
import { run } from './run.ts';
import { secure } from './secure.ts';
import type { StepLaw } from './step-law.ts';
import { sleep, wake } from './wake.ts';
import { weight } from './weight.ts';

type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** Every kind of step and how it is carried out. */
const laws: { readonly [K in StepKind]: StepLaw<StepOf<K>> } = {
  admin,
  agent,
  weight,
  bake,
  wake,
  sleep,
  probe,
  run,
  copy,
  request,
  'await-checked': awaitChecked,
  'await-serving': awaitServing,
  grace,
  'await-idle': awaitIdle,
  'prove-out': proveOut,
  reboot,
  roles,
  hold,
  release,
  verified,
  secure,
  'confirm-fault': confirmFault,
  mend,
  recovered,
  failback,
  'confirm-aging': confirmAging,
  'go-ahead': goAhead,
};

/** The law of one step. The table above ties each kind to its own law, which is what the narrowing rests on. */
export function lawOf<K extends StepKind>(step: StepOf<K>): StepLaw<StepOf<K>> {
  return laws[step.kind];
}
