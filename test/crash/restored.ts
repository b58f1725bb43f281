import type { LabProcess } from '../lab/hub.ts';

/** A load balancer on which a sidecar set again what it had forgotten. */
export interface Restored {
  /** Unix milliseconds. */
  readonly at: number;
  readonly loadBalancer: string;
}

/** What a sidecar set again, as its log tells it. */
export function restoredIn({ output }: LabProcess): Restored[] {
  return output.stdout
    .split('\n')
    .filter((line) => line.includes('"event":"states-restored"'))
    .map((line) => JSON.parse(line) as { at: string; loadBalancer: string })
    .map(({ at, loadBalancer }) => ({ at: Date.parse(at), loadBalancer }));
}
