import { readCommand } from './command.ts';
import { readFilePath } from './file-path.ts';
import { nearestName } from './nearest-name.ts';
import { textKind, type Reading } from './text-kind.ts';

/**
 * Refuses what was most likely meant to be a placeholder. Other braces are left alone: they are the shell's and
 * awk's own. `${address}` is a variable, not a placeholder.
 */
function withPlaceholders(
  read: (text: string) => Reading<string>,
  known: readonly string[],
): (text: string) => Reading<string> {
  return (text) => {
    const written = [...text.matchAll(/(?<!\$)\{(\w+)\}/g)].map(([, name]) => name ?? '');
    for (const name of written.filter((one) => !known.includes(one))) {
      const near = nearestName(name, known);
      if (near !== null) return { wrong: `where {${name}} is not a placeholder`, right: `write {${near}}` };
    }
    return read(text);
  };
}

const ofCheckpoint = ['backend', 'server', 'slot'];

/** On the sidecar's machine, about one server: {address}, {server}, {backend}. */
export const powerCommand = textKind(withPlaceholders(readCommand, ['address', 'server', 'backend']), {
  title: 'command',
  right: 'write a shell command such as ipmitool -H bmc-{server} chassis power cycle',
  pattern: /\S/,
});

/** A command of a checkpoint: {backend}, {server}, {slot}. */
export const checkpointCommand = textKind(withPlaceholders(readCommand, ofCheckpoint), {
  title: 'command',
  right: 'write a shell command such as sudo -n shopctl save {slot}',
  pattern: /\S/,
});

/** A path of a checkpoint: {backend}, {server}, {slot}. */
export const checkpointPath = textKind(withPlaceholders(readFilePath, ofCheckpoint), {
  title: 'absolute path',
  right: 'write an absolute path such as /var/lib/shop/checkpoints/{server}/{slot}',
  pattern: /^\//,
});
