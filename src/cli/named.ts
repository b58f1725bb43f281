import { RejuvError } from '../domain/errors.ts';
import {
  isHaproxyName,
  operationId,
  parseServerId,
  type OperationId,
  type ServerId,
} from '../domain/names.ts';
import { findBackend, findServer, type Settings } from '../domain/settings.ts';

/**
 * `backend/server` as typed, known to the config file.
 * @throws RejuvError usage, unknown-backend, unknown-server
 */
export function namedServer(text: string | undefined, settings: Settings): ServerId {
  const id = parseServerId(text ?? '');
  if (id === null) {
    const problem = `${JSON.stringify(text ?? '')} is not of the form backend/server, such as shop/web1`;
    throw new RejuvError('usage', { problem });
  }
  const backend = findBackend(settings, id.backend);
  if (backend === undefined) {
    const known = settings.backends.map(({ name }) => name).join(', ');
    throw new RejuvError('unknown-backend', { backend: id.backend, known });
  }
  if (findServer(backend, id.server) === undefined) {
    const known = backend.servers.map(({ name }) => name).join(', ');
    throw new RejuvError('unknown-server', { ...id, known });
  }
  return id;
}

/** @throws RejuvError unknown-operation */
export function namedOperation(text: string | undefined): OperationId {
  if (text === undefined || !isHaproxyName(text))
    throw new RejuvError('unknown-operation', { id: text ?? '' });
  return operationId(text);
}
