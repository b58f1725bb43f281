import { isBootId } from './boot.ts';
import { shellQuote } from './shell-quote.ts';

const ordered = 'rejuv-reboot-ordered';
const otherBoot = 'rejuv-other-boot';

// The pause gives the acknowledgement time to leave the host before the command takes the network away.
// The command runs in the foreground, so that a missing program or sudo's question is still told.
const script = [
  `if [ "$(cat /proc/sys/kernel/random/boot_id)" != "$1" ]; then echo ${otherBoot}; exit 0; fi`,
  `echo ${ordered}`,
  'sleep 0.3 2>/dev/null || sleep 1',
  'exec sh -c "$2"',
].join('; ');

/**
 * One shell command that orders a reboot only in the boot `bootId`. Wrapped in sh, whatever the login shell is.
 * @throws RangeError when `bootId` is not one.
 */
export function rebootOrder(command: string, bootId: string): string {
  if (!isBootId(bootId)) throw new RangeError(`${JSON.stringify(bootId)} is not a boot id`);
  return `exec sh -c ${shellQuote(script)} rejuv ${bootId} ${shellQuote(command)}`;
}

/** What the host answered so far; null as long as it is nothing. */
export function rebootAnswer(stdout: string): 'ordered' | 'other-boot' | null {
  const lines = stdout.split(/\r?\n/);
  if (lines.includes(otherBoot)) return 'other-boot';
  return lines.includes(ordered) ? 'ordered' : null;
}
