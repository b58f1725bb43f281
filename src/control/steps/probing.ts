import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import type { ProbeAnswer } from '../../domain/seams.ts';
import type { ProbeSettings } from '../../domain/settings.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { StepContext } from './step-law.ts';

/** The URL of a probe or a request for one server, at the address that the load balancers have for it. */
export async function urlOf(template: string, server: ServerId, context: StepContext): Promise<string> {
  const snapshot = await context.look(server);
  const [found] = rowsOf(snapshot, server);
  if (found === undefined) {
    throw (
      snapshot.gaps[0]?.error ??
      new RejuvError('server-missing', { ...server, loadBalancer: 'every load balancer' })
    );
  }
  return fillUrl(template, server, found.row);
}

/** The URL of a probe for one server at one place; what is no placeholder stays as it is. Pure. */
export function fillUrl(
  template: string,
  { backend, server }: ServerId,
  { address, port }: { readonly address: string; readonly port: number },
): string {
  const values: Readonly<Record<string, string>> = {
    address: address.includes(':') ? `[${address}]` : address,
    port: String(port),
    server,
    backend,
  };
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** One probe: null when it passed, else what was seen instead. */
export async function probeOnce(
  url: string,
  probe: ProbeSettings,
  context: StepContext,
): Promise<string | null> {
  const answer = await context.world.probe.get(url, probe.timeoutMs, context.signal);
  return answer.status === probe.expect ? null : describeAnswer(answer);
}

export function describeAnswer(answer: ProbeAnswer): string {
  return answer.problem ?? `status ${answer.status}`;
}
