import { linesOf, quote, type Machine } from './machine.ts';
import type { Candidate } from './process.ts';

/** The systemd unit of a HAProxy: the commands around a reload and a stop. */
export interface Unit {
  readonly name: string;
  readonly reload: readonly string[];
  readonly stop: readonly string[];
  readonly afterStart: readonly string[];
}

/** The unit that runs the process; null when systemd there knows of none that does. It only asks. */
export async function readUnit(
  machine: Machine,
  process: Candidate,
  signal: AbortSignal,
): Promise<Unit | null> {
  const name = process.unit ?? 'haproxy.service';
  const properties = ['MainPID', 'ExecReload', 'ExecStop', 'ExecStartPost'];
  const asked = properties.map((property) => `-p ${property}`).join(' ');
  const script = `systemctl show --no-pager ${asked} -- ${quote(name)} 2>/dev/null`;
  const lines = (await linesOf(machine, script, signal)) ?? [];
  const of = (property: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${property}=`) ? [line.slice(property.length + 1)] : []));
  const main = Number(of('MainPID')[0] ?? 0);
  if (main === 0 || (main !== process.pid && main !== process.master)) return null;
  return { name, reload: of('ExecReload'), stop: of('ExecStop'), afterStart: of('ExecStartPost') };
}
