/** The four axes of a server. They are never mixed: each has its own owner (ARCHITECTURE.md, "Four axes"). */

/** Who it is: recorded by rejuv. */
export type Role = 'primary' | 'spare';

/** How it fares: computed by policy. */
export type Condition =
  'healthy' | 'aging' | 'unstable' | 'rejuvenating' | 'failed' | 'quarantined' | 'unknown';

/** What it was told: HAProxy's admin state, set by rejuv or by a person. */
export type AdminState = 'ready' | 'drain' | 'maint';

/** What HAProxy sees: read only. */
export type OperationalState = 'up' | 'down' | 'starting' | 'stopping' | 'unchecked';

/** Who set the admin state on one load balancer. */
export type Owner = 'config' | 'rejuv' | 'person' | 'agent' | 'unknown';

/** Its place on the available-server list. */
export type Listed = 'serving' | 'spare' | 'off';

/** Bits of `srv_admin_state`, a decimal number in `show servers state` (HAProxy: SRV_ADMF_*). */
export const adminBits = {
  forcedMaint: 1,
  inheritedMaint: 2,
  configuredMaint: 4,
  forcedDrain: 8,
  inheritedDrain: 16,
  resolutionMaint: 32,
} as const;

/**
 * The admin state behind the decimal bit mask. `configuredMaint` alone means nothing for traffic: a server that is
 * `disabled` in the configuration and was made ready reads 4 and serves.
 */
export function adminStateOf(bits: number): AdminState {
  const { forcedMaint, inheritedMaint, resolutionMaint, forcedDrain, inheritedDrain } = adminBits;
  if ((bits & (forcedMaint | inheritedMaint | resolutionMaint)) !== 0) return 'maint';
  if ((bits & (forcedDrain | inheritedDrain)) !== 0) return 'drain';
  return 'ready';
}
