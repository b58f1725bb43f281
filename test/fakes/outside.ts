import type { AlertBlocker, FiringAlert } from '../../src/domain/blockers.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Alerts, Markers } from '../../src/domain/seams.ts';

/** Prometheus and Alertmanager, by URL: what fires there; one that is not listed does not answer. */
export class FakeAlerts implements Alerts {
  readonly firingAt = new Map<string, readonly FiringAlert[]>();
  asked = 0;
  /** It never answers, whatever deadline it is given. */
  hangs = false;

  async firing({ url }: AlertBlocker): Promise<readonly FiringAlert[]> {
    await Promise.resolve();
    this.asked += 1;
    if (this.hangs) await new Promise(() => undefined);
    const firing = this.firingAt.get(url);
    if (firing === undefined) throw new RejuvError('alerts-unknown', { url, problem: 'connection refused' });
    return firing;
  }
}

/** Marker files, by path: when each was last written. */
export class FakeMarkers implements Markers {
  readonly files = new Map<string, number>();
  unreadable = false;
  /** Their file system is away, and nobody who looks comes back. */
  hangs = false;

  async writtenAt(path: string): Promise<number | null> {
    await Promise.resolve();
    if (this.hangs) await new Promise(() => undefined);
    if (this.unreadable) throw new RejuvError('marker-unreadable', { path, problem: 'no permission' });
    return this.files.get(path) ?? null;
  }
}
