import { isHaproxyName, serverName, type BackendName, type ServerName } from '../../domain/names.ts';
import { adminStateOf, type AdminState, type OperationalState } from '../../domain/server.ts';
import type { ServerRow } from '../../domain/snapshot.ts';
import { notHaproxy, type Place } from './place.ts';
import type { ServerStat } from './stat.ts';
import type { ServerState } from './servers-state.ts';

/** Results of the last check that mean that it passed (HAProxy: HCHK_STATUS_*); PROCOK is the external check's. */
const passed = ['L4OK', 'L6OK', 'L7OK', 'L7OKC', 'PROCOK'];

/** Both replies about one server of `backend` as one row. Raises: not-haproxy. */
export function serverRow(
  place: Place,
  backend: BackendName,
  state: ServerState,
  stat: ServerStat,
): ServerRow {
  const admin = adminStateOf(state.adminBits);
  return {
    id: { backend, server: nameOf(place, state) },
    address: state.address,
    port: state.port,
    adminBits: state.adminBits,
    admin,
    operational: operationalState(place, admin, state.operationalState),
    status: stat.status,
    // HAProxy writes this for every drain while the agent check is on, whoever set it.
    byAgent: stat.status.startsWith('DRAIN (agent)'),
    weight: stat.weight,
    setWeight: state.setWeight,
    configuredWeight: state.configuredWeight,
    maxSessions: stat.maxSessions,
    haproxyBackup: stat.haproxyBackup,
    check: {
      enabled: state.checkEnabled,
      passed: passed.includes(stat.checkStatus),
      status: stat.checkStatus,
      health: stat.health,
      rise: stat.rise,
      fall: stat.fall,
    },
    agent: state.agent,
    sessions: stat.sessions,
    queue: stat.queue,
    sessionsTotal: stat.sessionsTotal,
    errorsTotal: stat.errorsTotal,
    responseMs: stat.responseMs,
    secondsSinceChange: stat.secondsSinceChange,
  };
}

function nameOf(place: Place, { backend, server }: ServerState): ServerName {
  try {
    return serverName(server);
  } catch {
    throw notHaproxy(place, `${JSON.stringify(`${backend}/${server}`)} is no name of a server`);
  }
}

/** `srv_op_state` (HAProxy: SRV_ST_*). In maint nothing is checked, so HAProxy's 0 there says nothing. */
export function operationalState(place: Place, admin: AdminState, value: number): OperationalState {
  const states = ['down', 'starting', 'up', 'stopping'] as const;
  const state = states[value];
  if (state === undefined) throw notHaproxy(place, `srv_op_state ${value} is not one of 0, 1, 2, 3`);
  return admin === 'maint' ? 'unchecked' : state;
}

/** Internal proxies of HAProxy are named `<OCSP-UPDATE>` and the like: none of ours. */
export function isInternal(backend: string): boolean {
  return backend.startsWith('<') && !isHaproxyName(backend);
}
