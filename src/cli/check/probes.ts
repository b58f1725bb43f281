import type { BackendSettings } from '../../domain/settings.ts';
import { rowsOf, type ServerRow, type Snapshot } from '../../domain/snapshot.ts';
import { found, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** One probe of each server that should be awake: ready on a load balancer, or a spare that nothing has to start. */
export async function examineProbes(
  { probe }: Subject,
  backend: BackendSettings,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Finding[]> {
  const settings = backend.probe;
  if (settings === null) return [];
  const group = `backend ${backend.name}`;
  const awake = backend.servers.flatMap(({ name }) => {
    const rows = rowsOf(snapshot, { backend: backend.name, server: name }).map(({ row }) => row);
    const ready = rows.find((row) => row.admin === 'ready');
    const [awake] = ready === undefined && backend.spare.start === null ? rows : [ready];
    return awake === undefined ? [] : [awake];
  });
  return await Promise.all(
    awake.map(async (row) => {
      const url = fillUrl(settings.url, row);
      const answer = await probe.get(url, settings.timeoutMs, signal);
      const where = row.id.server;
      if (answer.status === settings.expect) return found('ok', group, where, `the probe ${url} passes`);
      const seen = answer.problem ?? `status ${answer.status}`;
      const fix = "see the application's log there, or correct `probe` in the config file";
      return found('error', group, where, `the probe ${url} does not pass: ${seen}`, fix);
    }),
  );
}

function fillUrl(template: string, { address, port, id }: ServerRow): string {
  const values: Record<string, string> = {
    address: address.includes(':') ? `[${address}]` : address,
    port: String(port),
    server: id.server,
    backend: id.backend,
  };
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
