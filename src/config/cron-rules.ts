/** What the library behind schedules accepts; handed in, because only its adapter knows it. */
export interface CronRules {
  /** `what is wrong; what would be right`, or null when the expression and the time zone are good. */
  problem(expression: string, timeZone: string): string | null;
}
