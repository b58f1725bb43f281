export type Level = 'error' | 'warn' | 'info' | 'debug';

/** One log line. The names of the fields are stable; journald queries and alerts are built on them. */
export interface EventLine {
  readonly level: Level;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}
