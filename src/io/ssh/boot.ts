import type { Boot } from '../../domain/boot.ts';

/** Prints the boot id and the uptime. */
export const bootCommand = 'cat /proc/sys/kernel/random/boot_id /proc/uptime';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const wholeUuid = new RegExp(`^${uuid}$`);
// Anywhere in the output: login scripts like to greet.
const answer = new RegExp(`^(${uuid})\\r?\\n(\\d+(?:\\.\\d+)?) \\d+(?:\\.\\d+)?\\s*$`, 'm');

export function isBootId(text: string): boolean {
  return wholeUuid.test(text);
}

/** What bootCommand printed; null when there is no boot id with an uptime in it. */
export function parseBoot(stdout: string): Boot | null {
  const found = answer.exec(stdout);
  if (found?.[1] === undefined || found[2] === undefined) return null;
  return { bootId: found[1], uptimeMs: Math.round(Number(found[2]) * 1000) };
}
