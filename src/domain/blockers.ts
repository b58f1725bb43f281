import type { HttpAuth } from './sources.ts';

/** What outside rejuv may hold up a rejuvenation of one backend. */
export interface Blockers {
  readonly alerts: readonly AlertBlocker[];
  readonly deploys: readonly DeployMarker[];
}

/** Label name to an anchored regular expression; placeholders {address}, {port}, {server}, {backend} are those of the target. */
export type Matchers = Readonly<Record<string, string>>;

/** A Prometheus or an Alertmanager whose firing alerts block. */
export interface AlertBlocker {
  readonly kind: 'prometheus' | 'alertmanager';
  /** Its base URL. */
  readonly url: string;
  readonly auth: HttpAuth | null;
  readonly deadlineMs: number;
  /** An alert counts when it matches all of these; none: every alert counts. */
  readonly matching: Matchers;
  /** One that matches all of one of these does not. */
  readonly except: readonly Matchers[];
}

/** A file on the sidecar's machine that is there while the shop deploys. */
export interface DeployMarker {
  readonly path: string;
  /** An older one was forgotten, and blocks no more; null: it blocks as long as it is there. */
  readonly maxAgeMs: number | null;
}

/** An alert that fires. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix milliseconds; null: it does not say. */
  readonly since: number | null;
}
