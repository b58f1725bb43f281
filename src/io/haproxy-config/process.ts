import { decode, linesOf, type Machine } from './machine.ts';

/** A process that has the pid which `show info` named, in its own namespace. */
export interface Candidate {
  readonly pid: number;
  /** The master, where there is one: it is not in HAProxy's chroot. */
  readonly master: number | null;
  /** It lives in a pid namespace of its own, such as a container's, and so among other files. */
  readonly contained: boolean;
  readonly arguments: readonly string[];
  /** Null when it may not be read. */
  readonly directory: string | null;
  /** `haproxy.service`, by its control group; null outside of one. */
  readonly unit: string | null;
}

/**
 * The processes of the machine that have this pid: one at most in our own pid namespace, but a container's socket may
 * be reached from outside, and there its pids mean nothing. So several may match; the socket tells which one it is.
 * Null: the machine does not run our commands.
 */
export async function findProcess(
  machine: Machine,
  pid: number,
  signal: AbortSignal,
): Promise<Candidate[] | null> {
  const lines = await linesOf(machine, script(pid), signal);
  if (lines === null) return null;
  const blocks: Map<string, string>[] = [];
  for (const line of lines) {
    const space = line.indexOf(' ');
    const [key, value] = space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    if (key === 'process') blocks.push(new Map());
    blocks.at(-1)?.set(key, value.trim());
  }
  return blocks.flatMap((block) => candidate(block) ?? []);
}

function candidate(block: ReadonlyMap<string, string>): Candidate | null {
  const pid = Number(block.get('process'));
  const words = decode(block.get('cmdline') ?? '').split('\0');
  if (!Number.isSafeInteger(pid) || words.length < 2) return null;
  const name = block.get('name') ?? '';
  const parent = Number(block.get('parent'));
  const mastered = name !== '' && name === block.get('parentname');
  // A worker goes to its chroot; its master stays where it was started.
  const directory = block.get(mastered ? 'parentdirectory' : 'directory') ?? '';
  return {
    pid,
    master: mastered ? parent : null,
    contained: (block.get('pids') ?? '').split(/\s+/).length > 1,
    arguments: words.slice(0, -1),
    directory: directory === '' ? null : directory,
    unit: /([^/]+\.service)$/.exec(block.get('group') ?? '')?.[1] ?? null,
  };
}

/** NSpid ends with the pid that the process itself sees. */
function script(pid: number): string {
  return `
for status in $(grep -lE "^NSpid:(.*[[:space:]])?${pid}\\$" /proc/[0-9]*/status 2>/dev/null); do
  d=\${status%/status}; p=\${d#/proc/}
  parent=$(sed -n "s/^PPid:[[:space:]]*//p" "$status" 2>/dev/null)
  echo "process $p"
  echo "pids $(sed -n "s/^NSpid:[[:space:]]*//p" "$status" 2>/dev/null)"
  echo "parent $parent"
  echo "name $(cat "$d/comm" 2>/dev/null)"
  echo "parentname $(cat "/proc/$parent/comm" 2>/dev/null)"
  echo "cmdline $(base64 <"$d/cmdline" 2>/dev/null | tr -d "\\n")"
  echo "directory $(readlink "$d/cwd" 2>/dev/null)"
  echo "parentdirectory $(readlink "/proc/$parent/cwd" 2>/dev/null)"
  echo "group $(sed -n -e "s/^0:://p" -e "s/^[0-9]*:name=systemd://p" "$d/cgroup" 2>/dev/null | head -n 1)"
done`;
}
