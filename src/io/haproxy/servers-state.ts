import type { Agent } from '../../domain/snapshot.ts';
import { columnsOf, readRows } from './columns.ts';
import { notHaproxy, type Place } from './place.ts';
import { fieldsOf, rowsOf, saysOnly } from './rows.ts';

/** One line of `show servers state`. */
export interface ServerState {
  readonly backend: string;
  readonly server: string;
  /** `-` for a server at a unix socket, or one whose name is not resolved. */
  readonly address: string;
  readonly port: number;
  readonly operationalState: number;
  readonly adminBits: number;
  /** What was set, or configured. */
  readonly setWeight: number;
  readonly configuredWeight: number;
  readonly checkEnabled: boolean;
  readonly agent: Agent;
}

/** Bits of `srv_check_state` and `srv_agent_state` (HAProxy: CHK_ST_*). */
const configured = 2;
const enabled = 4;

const what = 'show servers state';

/** Reads `show servers state`; null when the backend that was asked for is not there. Raises: not-haproxy. */
export function parseServersState(place: Place, reply: Buffer): ServerState[] | null {
  if (saysOnly(reply, "Can't find backend.")) return null;
  const rows = rowsOf(reply, ' ');
  const format = rows.next() ? fieldsOf(rows).join(' ') : '';
  if (format !== '1') {
    throw notHaproxy(place, `\`${what}\` has format ${JSON.stringify(format)} instead of 1`);
  }
  const [mark, ...header] = rows.next() ? fieldsOf(rows) : [];
  if (mark !== '#') throw notHaproxy(place, `\`${what}\` has no header line`);
  const at = columnsOf(place, what, header, [
    'be_name',
    'srv_name',
    'srv_addr',
    'srv_port',
    'srv_op_state',
    'srv_admin_state',
    'srv_uweight',
    'srv_iweight',
    'srv_check_state',
    'srv_agent_state',
  ]);
  const { be_name: backend, srv_name: server, srv_addr: address, srv_port: port } = at;
  const { srv_op_state: op, srv_admin_state: admin, srv_check_state: check, srv_agent_state: agent } = at;
  const { srv_uweight: setWeight, srv_iweight: configuredWeight } = at;
  return readRows(place, what, header, rows, (cells) => ({
    backend: cells.word(backend),
    server: cells.text(server),
    address: cells.text(address),
    port: cells.count(port),
    operationalState: cells.count(op),
    adminBits: cells.count(admin),
    setWeight: cells.count(setWeight),
    configuredWeight: cells.count(configuredWeight),
    checkEnabled: isOn(cells.count(check)),
    agent: agentOf(cells.count(agent)),
  }));
}

/** One object for all servers alike: most have no agent. */
const agents = {
  none: { configured: false, enabled: false },
  off: { configured: true, enabled: false },
  on: { configured: true, enabled: true },
} as const;

function agentOf(bits: number): Agent {
  if ((bits & configured) === 0) return agents.none;
  return isOn(bits) ? agents.on : agents.off;
}

function isOn(bits: number): boolean {
  return (bits & configured) !== 0 && (bits & enabled) !== 0;
}
