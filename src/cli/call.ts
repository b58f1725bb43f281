import type { Settings } from '../domain/settings.ts';
import type { Options } from './options.ts';
import type { Outside } from './outside.ts';
import type { Terminal } from './terminal.ts';

/** One call of a command: what was typed, who typed it, and what it may reach. */
export interface Call {
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  readonly outside: Outside;
}

/** Runs a command; gives its exit status, or raises RejuvError. */
export type Handler = (call: Call) => Promise<number>;

/** A signal that never fires, for what ends with the process. */
export const unhurried: AbortSignal = new AbortController().signal;

export function configPath({ options, terminal }: Call): string {
  const fromEnvironment = terminal.env['REJUV_CONFIG'];
  if (options.config !== undefined) return options.config;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  return '/etc/rejuv/rejuv.yaml';
}

export async function settingsOf(call: Call): Promise<Settings> {
  return await call.outside.settings(configPath(call));
}

/** The result of a command, on standard output. */
export function print(call: Call, text: string): void {
  call.terminal.stdout.write(`${text}\n`);
}

export function printJson(call: Call, value: unknown): void {
  print(call, JSON.stringify(value, null, 2));
}

/** For people, on standard error. */
export function tell(call: Call, text: string): void {
  call.terminal.stderr.write(`${text}\n`);
}
