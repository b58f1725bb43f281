/** What traffic is measured by, for capacity. */
export type TrafficFigure = 'requests.rate' | 'sessions';

/** Can the others carry what is served now, and what was served at this hour of past weeks? */
export interface CapacitySettings {
  /** So much more than is needed has to be there: 0.2 for a fifth. */
  readonly headroom: number;
  readonly figures: readonly TrafficFigure[];
}
