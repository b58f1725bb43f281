import type { History } from '../control/control.ts';
import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import { reservedServers, type Operation } from '../domain/operation.ts';
import { sameServer } from '../domain/names.ts';
import { findBackend, type Settings } from '../domain/settings.ts';
import { print, printJson, settingsOf, unhurried, type Call, type Handler } from './call.ts';
import { readMoment } from './moment.ts';
import { namedOperation, namedServer } from './named.ts';
import { effectsOf } from './effects.ts';
import { showEffects } from './show/effects.ts';
import { showHistory } from './show/history-table.ts';
import { showOperation } from './show/operation.ts';
import { phaseSpans } from './show/phase-spans.ts';
import { screenOf } from './show/screen.ts';

/** What happened, newest first: from the sidecar, else from the records. With an id, every step of that operation. */
export const history: Handler = async (call) => {
  const settings = await settingsOf(call);
  const sidecar = await call.outside.sidecar(settings);
  const past = sidecar === null ? await call.outside.history(settings) : await sidecar.history(unhurried);
  const id = wantedId(call);
  if (id !== null) return showOne(call, settings, past, id);
  const chosen = choose(call, settings, past);
  if (call.options.effect === true) return showEffect(call, chosen.operations);
  if (call.options.json === true) {
    const operations = chosen.operations.map((one) => ({ ...one, phases: phaseSpans(one) }));
    printJson(call, { ...chosen, operations });
  } else print(call, showHistory(chosen, call.outside.clock.now(), screenOf(call.terminal)));
  return 0;
};

/** What the chosen rejuvenations have brought. */
function showEffect(call: Call, operations: readonly Operation[]): number {
  const effects = effectsOf(operations);
  if (call.options.json === true) printJson(call, { effects });
  else print(call, showEffects(effects, screenOf(call.terminal)));
  return 0;
}

/** `history ID`, or `history show ID`; null: all of it. */
function wantedId({ args: [first, second, ...more] }: Call): string | null {
  if (first === 'show' && second === undefined) {
    throw new RejuvError('usage', { problem: '`history show` needs the id of an operation' });
  }
  const id = first === 'show' ? second : first;
  const surplus = first === 'show' ? more : [second, ...more].filter((word) => word !== undefined);
  if (surplus.length > 0) {
    throw new RejuvError('usage', {
      problem: `history takes one id, not also ${JSON.stringify(surplus[0])}`,
    });
  }
  return id ?? null;
}

function showOne(call: Call, settings: Settings, { operations }: History, text: string): number {
  const id = namedOperation(text);
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined) throw new RejuvError('unknown-operation', { id });
  if (call.options.json === true) printJson(call, { ...operation, phases: phaseSpans(operation) });
  else {
    const measures = (findBackend(settings, operation.backend)?.sources.length ?? 0) > 0;
    print(call, showOperation(operation, call.outside.clock.now(), screenOf(call.terminal), measures));
  }
  return 0;
}

function choose(call: Call, settings: Settings, { operations, runs }: History): History {
  const { server, since } = call.options;
  const wanted = server === undefined ? null : namedServer(server, settings);
  const from = since === undefined ? 0 : readMoment(since, '--since', 'behind', call.outside.clock.now());
  return {
    operations: operations.filter(
      (one) => one.startedAt >= from && (wanted === null || touches(one, wanted)),
    ),
    runs: runs.filter(
      ({ at, backend, server: of }) =>
        at >= from && (wanted === null || (backend === wanted.backend && of === wanted.server)),
    ),
  };
}

/** The server itself, the spare that took over, or one drained along with it. */
function touches(operation: Operation, server: ServerId): boolean {
  const { backend } = operation;
  const own = { backend, server: operation.server };
  return [own, ...reservedServers(operation)].some((one) => sameServer(one, server));
}
