/**
 * How long a server lives from a (re)start to a failure. All times are hours; every function takes 0 to Infinity. F and
 * M are computed on their own, never as a difference, so that small ones keep their digits.
 */
export interface Life {
  readonly meanHours: number;
  /** Whether the longer a server has run, the likelier it fails: without that, no clock is worth setting. */
  readonly hazardRises: boolean;
  /** F(t): the probability that it has failed by t. */
  readonly failed: (hours: number) => number;
  /** R(t) = 1 - F(t). */
  readonly survives: (hours: number) => number;
  /** M(t), the mean hours lived before t: the integral of R from 0 to t. */
  readonly lived: (hours: number) => number;
  /** h(t): failures per hour among those that live at t. */
  readonly hazard: (hours: number) => number;
  /** The second phase of a life in two phases, where there is one. */
  readonly degraded: Degraded | null;
}

/** The time that a server spends degraded ("unstable"). */
export interface Degraded {
  /** V(t): mean hours degraded before t. */
  readonly hours: (hours: number) => number;
  /** The probability of being degraded among those that live at t. */
  readonly share: (hours: number) => number;
  /** The probabilities of being healthy and degraded at t. */
  readonly healthyAt: (hours: number) => number;
  readonly degradedAt: (hours: number) => number;
}
