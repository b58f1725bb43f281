import type { AlertBlocker, Blockers } from '../domain/blockers.ts';
import type { BackendDraft, Draft } from './fields.ts';
import { authOf } from './sources.ts';

type BlockersDraft = NonNullable<Draft['blockers']>;

/** Those of all backends, and then those of the backend. */
export function blockersOf(draft: Draft, backend: BackendDraft): Blockers {
  const both = [draft.blockers, backend.blockers].filter((one) => one !== undefined);
  return {
    alerts: both.flatMap(({ alerts }) => alerts.flatMap(alertBlockerOf)),
    deploys: both.flatMap(({ deploy }) =>
      deploy.map(({ file, maxAge }) => ({ path: file, maxAgeMs: maxAge ?? null })),
    ),
  };
}

function alertBlockerOf(written: BlockersDraft['alerts'][number]): AlertBlocker[] {
  const { prometheus, alertmanager, matching, except, deadline } = written;
  const url = prometheus ?? alertmanager;
  if (url === undefined) return [];
  const kind = prometheus === undefined ? 'alertmanager' : 'prometheus';
  return [{ kind, url, auth: authOf(written), deadlineMs: deadline, matching, except }];
}
