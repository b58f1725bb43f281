import { readFile } from 'node:fs/promises';
import { RejuvError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import type { CronRules } from './cron-rules.ts';
import { readConfig } from './read-config.ts';

/**
 * The text of a config file.
 * @throws RejuvError config-unreadable
 */
export async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new RejuvError('config-unreadable', { path, problem: reason(cause) }, { cause });
  }
}

/**
 * A config file as settings.
 * @throws RejuvError config-unreadable, config-invalid
 */
export async function loadConfig(path: string, options: { readonly cron: CronRules }): Promise<Settings> {
  return readConfig(await readConfigFile(path), { path, cron: options.cron });
}

/** Why a file could not be read, for people. */
export function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  switch ('code' in cause ? cause.code : undefined) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'no permission';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return cause.message;
  }
}
