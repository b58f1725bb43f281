import type { ServerId } from '../../domain/names.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import type { Step } from '../../domain/step.ts';
import { checkDeadlineOf, drainOut, setAdmin } from './pieces.ts';

/** The chance, over a whole entry, of calling a server worse by errors that is not. */
const alpha = 0.01;

/**
 * A server that was proven well in drain comes into service: at once, or with the weight of `ramp` step by step, set
 * before it is ready, and compared with its peers as `bake` says, at each step and at the end. Pure.
 */
export function enterService(backend: BackendSettings, id: ServerId): Step[] {
  const { ramp, bake, allowUnchecked } = backend;
  const shares = (ramp?.steps ?? []).filter((share) => share < 1);
  const alphaEach = alpha / (shares.length + 1);
  const stay = (forMs: number): Step => ({
    kind: 'bake',
    server: id,
    peers: backend.servers.map(({ name }) => name).filter((name) => name !== id.server),
    forMs,
    margins: bake === null ? null : marginsOf(bake),
    alpha: alphaEach,
    allowUnchecked,
    out: outAgain(backend, id),
  });
  const [first, ...later] = shares.length === 0 ? [] : [...shares, 1];
  return [
    ...(first === undefined ? [] : [weight(id, first)]),
    setAdmin(backend, id, 'ready'),
    { kind: 'await-serving', server: id, deadlineMs: checkDeadlineOf(backend), allowUnchecked },
    ...later.flatMap((share) => [stay(ramp?.everyMs ?? 0), weight(id, share)]),
    { kind: 'agent', server: id, to: 'as-found' },
    ...(bake === null ? [] : [stay(bake.forMs)]),
  ];
}

function marginsOf({ errors, latency, minRequests }: NonNullable<BackendSettings['bake']>) {
  return { errors, latency, minRequests };
}

function weight(server: ServerId, share: number): Step {
  return { kind: 'weight', server, share };
}

/** Drained as any, as far as enough others serve; what follows it gives the weight back, holds the server, and tells a person. */
function outAgain(backend: BackendSettings, id: ServerId): Step[] {
  return drainOut(backend, id, false);
}
