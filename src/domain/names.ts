/**
 * Names as HAProxy admits them. Whatever reaches a runtime command has gone through here, so a name can never
 * carry a space, a `;` or a newline into the command stream (HAProxy manual, section 2.2: letters, digits, -_.:).
 */

export type BackendName = string & { readonly brand: 'backend' };
export type ServerName = string & { readonly brand: 'server' };
export type LoadBalancerName = string & { readonly brand: 'load balancer' };
export type OperationId = string & { readonly brand: 'operation' };

/** One server of one backend, written `backend/server`. */
export interface ServerId {
  readonly backend: BackendName;
  readonly server: ServerName;
}

const haproxyName = /^[A-Za-z0-9_.:-]{1,250}$/;

/** True for a name that HAProxy accepts for a backend or a server. */
export function isHaproxyName(text: string): boolean {
  return haproxyName.test(text);
}

function checked(text: string, what: string): string {
  if (!isHaproxyName(text)) throw new RangeError(`${JSON.stringify(text)} is not a name for a ${what}`);
  return text;
}

/** @throws RangeError when HAProxy would not accept the name. */
export function backendName(text: string): BackendName {
  return checked(text, 'backend') as BackendName;
}

/** @throws RangeError when HAProxy would not accept the name. */
export function serverName(text: string): ServerName {
  return checked(text, 'server') as ServerName;
}

/** @throws RangeError when the name has other than letters, digits and -_.: */
export function loadBalancerName(text: string): LoadBalancerName {
  return checked(text, 'load balancer') as LoadBalancerName;
}

/** @throws RangeError when the id has other than letters, digits and -_.: */
export function operationId(text: string): OperationId {
  return checked(text, 'operation') as OperationId;
}

/** `shop/web1` */
export function formatServerId(id: ServerId): string {
  return `${id.backend}/${id.server}`;
}

/** Reads `shop/web1`; null when it is not of that form. */
export function parseServerId(text: string): ServerId | null {
  const [backend, server, ...rest] = text.split('/');
  if (backend === undefined || server === undefined || rest.length > 0) return null;
  if (!isHaproxyName(backend) || !isHaproxyName(server)) return null;
  return { backend: backendName(backend), server: serverName(server) };
}

export function sameServer(a: ServerId, b: ServerId): boolean {
  return a.backend === b.backend && a.server === b.server;
}
