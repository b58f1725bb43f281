import type { BackendSettings, HandOver, ServerSettings } from '../../domain/settings.ts';
import type { Step } from '../../domain/step.ts';
import { idOf } from './pieces.ts';

/**
 * The steps of `duplex`, from the aged server to the one that takes over. That one is a spare in maint, or where all
 * serve, one that serves meanwhile; null: nobody, and then nothing is done on it. Pure.
 */
export function handOver(
  backend: BackendSettings,
  aged: ServerSettings,
  receiver: ServerSettings | null,
): Step[] {
  return backend.duplex.flatMap((step) => stepsOf(backend, aged, receiver, step));
}

function stepsOf(
  backend: BackendSettings,
  aged: ServerSettings,
  receiver: ServerSettings | null,
  step: HandOver,
): Step[] {
  if (step.kind === 'copy') {
    const { from, to, deadlineMs } = step;
    if (aged.ssh === null || receiver === null || receiver.ssh === null) return [];
    const server = idOf(backend, aged);
    const toServer = idOf(backend, receiver);
    return [
      { kind: 'copy', server, fromHost: aged.ssh, from, toServer, toHost: receiver.ssh, to, deadlineMs },
    ];
  }
  const side = step.on === 'aged' ? aged : receiver;
  if (side === null) return [];
  const server = idOf(backend, side);
  if (step.kind === 'request') {
    const { times, deadlineMs } = step;
    const url = `${originOf(backend)}${step.path}`;
    return [{ kind: 'request', server, url, times, timeoutMs: deadlineMs, deadlineMs }];
  }
  const { command, deadlineMs } = step;
  return side.ssh === null ? [] : [{ kind: 'run', server, host: side.ssh, command, deadlineMs, once: false }];
}

/** Where the application listens: as the probe has it, else at the server's own address and port. */
function originOf(backend: BackendSettings): string {
  const origin = /^https?:\/\/[^/]+/.exec(backend.probe?.url ?? '')?.[0];
  return origin ?? 'http://{address}:{port}';
}
