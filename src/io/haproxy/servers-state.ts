import type { Agent } from '../../domain/snapshot.ts';
import { cellsOf } from './columns.ts';
import { notHaproxy, type Place } from './place.ts';

/** One line of `show servers state`. */
export interface ServerState {
  readonly backend: string;
  readonly server: string;
  /** `-` for a server at a unix socket, or one whose name is not resolved. */
  readonly address: string;
  readonly port: number;
  readonly operationalState: number;
  readonly adminBits: number;
  readonly checkEnabled: boolean;
  readonly agent: Agent;
}

/** Bits of `srv_check_state` and `srv_agent_state` (HAProxy: CHK_ST_*). */
const configured = 2;
const enabled = 4;

/** Reads `show servers state`; null when the backend that was asked for is not there. Raises: not-haproxy. */
export function parseServersState(place: Place, reply: string): ServerState[] | null {
  if (reply.trim() === "Can't find backend.") return null;
  const [format, header, ...lines] = reply.replace(/\n$/, '').split('\n');
  if (format !== '1') {
    throw notHaproxy(place, `\`show servers state\` has format ${JSON.stringify(format)} instead of 1`);
  }
  if (!header?.startsWith('# ')) throw notHaproxy(place, '`show servers state` has no header line');
  const table = lines.map((line) => line.split(' '));
  return cellsOf(place, 'show servers state', header.slice(2).split(' '), table).map((cells) => ({
    backend: cells.text('be_name'),
    server: cells.text('srv_name'),
    address: cells.text('srv_addr'),
    port: cells.count('srv_port'),
    operationalState: cells.count('srv_op_state'),
    adminBits: cells.count('srv_admin_state'),
    checkEnabled: isOn(cells.count('srv_check_state')),
    agent: {
      configured: (cells.count('srv_agent_state') & configured) !== 0,
      enabled: isOn(cells.count('srv_agent_state')),
    },
  }));
}

function isOn(bits: number): boolean {
  return (bits & configured) !== 0 && (bits & enabled) !== 0;
}
