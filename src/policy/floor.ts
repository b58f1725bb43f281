import type { BackendSettings } from '../domain/settings.ts';
import type { ServingFloor } from '../domain/step.ts';

/** What has to serve on in a backend. */
export function floorOf(backend: BackendSettings): ServingFloor {
  return {
    minimum: backend.minServing,
    allowUnchecked: backend.allowUnchecked,
    servers: backend.servers.map((server) => server.name),
  };
}
