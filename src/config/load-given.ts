import { readFile } from 'node:fs/promises';
import { RejuvError } from '../domain/errors.ts';
import { readGivenRates, type GivenRates } from './given-rates.ts';
import { reason } from './load-config.ts';

/** The file of `--given`. @throws RejuvError rates-unreadable, rates-invalid */
export async function loadGiven(path: string): Promise<GivenRates> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RejuvError('rates-unreadable', { path, problem: reason(cause) }, { cause });
  }
  return readGivenRates(text, path);
}
