import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../../src/control/control.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, serverName, type OperationId } from '../../src/domain/names.ts';
import { isEnd, type Operation } from '../../src/domain/operation.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { controlOf, never } from './lab.ts';

/** A primary that serves, and not the one that came to serve last: each takes its turn. */
export async function pickTarget(lab: Lab): Promise<string> {
  const { backends } = await controlOf(lab).status(never);
  const found =
    backends[0]?.servers.filter(({ role, list }) => role === 'primary' && list === 'serving') ?? [];
  const [first] = found.toSorted((a, b) => lab.server(a.name).boots - lab.server(b.name).boots);
  if (first === undefined) throw new Error(`no primary serves: ${JSON.stringify(backends)}`);
  return first.name;
}

/** Asks for a rejuvenation; null where the sidecar died before it could answer. */
export async function begin(lab: Lab, server: string): Promise<OperationId | null> {
  const target = { backend: backendName('shop'), server: serverName(server) };
  const who = { by: 'a test', reason: null, force: false, noWait: false, run: null, because: null };
  return await unlessDead(
    controlOf(lab).begin({ kind: 'rejuvenation', target, trigger: 'operator', ...who }, never),
  );
}

/** Follows it until it is in this step, or until its sidecar is dead; what it was last seen in. */
export async function follow(
  lab: Lab,
  id: OperationId,
  until: (step: string, phase: string) => boolean,
): Promise<void> {
  const lines = async (): Promise<void> => {
    for await (const { step, phase } of controlOf(lab).watch(id, never)) {
      if (until(step ?? '', phase)) return;
    }
  };
  await unlessDead(lines());
}

/** A person aborts it as soon as it is in this step. */
export async function abortIn(lab: Lab, id: OperationId, wanted: string): Promise<void> {
  await follow(lab, id, (step) => step === wanted);
  await unlessDead(controlOf(lab).abort(id, 'a test', 'on the way', never));
}

/** Waits until nothing is open; gives the history, newest first. */
export async function settled(lab: Lab): Promise<readonly Operation[]> {
  let seen: History = { operations: [], runs: [] };
  await until(
    'nothing is open',
    async () => {
      seen = await controlOf(lab).history(never);
      return seen.operations.every(({ phase }) => isEnd(phase));
    },
    { withinMs: 90_000, everyMs: 100 },
  );
  // One poll more, for the keeper.
  await sleep(600);
  return seen.operations;
}

async function unlessDead<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof RejuvError && ['sidecar-lost', 'sidecar-absent'].includes(thrown.code)) return null;
    throw thrown;
  }
}
