import { decode, linesOf, quote, type Machine } from './machine.ts';
import type { ConfigFile } from './sections.ts';

/** A file as read, with its last change in Unix seconds. */
export interface ReadFile extends ConfigFile {
  readonly changedAtSeconds: number;
}

/** What kept a path from being read: a sentence's end, such as `no permission to read it`. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

/** Of a file, bytes per command: base64 makes 48 KiB of it, and a reply of 64 KiB is kept whole. */
const pieceBytes = 36 * 1024;
const mostBytes = 4 * 1024 * 1024;

/**
 * The files behind the paths of a command line, in HAProxy's order: of a directory the `.cfg` files that are not
 * hidden, by the bytes of their names. `root` goes in front of each path; it is `/proc/PID/root` for another's files.
 */
export async function readFiles(
  machine: Machine,
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly ReadFile[] | Unreadable> {
  const files: ReadFile[] = [];
  for (const path of paths) {
    const listed = await list(machine, root, path, signal);
    if ('problem' in listed) return listed;
    for (const entry of listed) {
      const text = await readText(machine, `${root}${entry.path}`, entry.bytes, signal);
      if (text === null) return { path: entry.path, problem: 'it could not be read whole' };
      files.push({ path: entry.path, text, changedAtSeconds: entry.changedAtSeconds });
    }
  }
  return files;
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly changedAtSeconds: number;
}

async function list(
  machine: Machine,
  root: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly Entry[] | Unreadable> {
  const lines = await linesOf(machine, listScript(`${root}${path}`), signal);
  if (lines === null) return { path, problem: 'the machine did not run the command that reads it' };
  const entries: Entry[] = [];
  for (const line of lines) {
    const [word, seconds = '', bytes = '', name = ''] = line.split(' ');
    if (word === 'missing') return { path, problem: 'it is not there, or its directory is closed to us' };
    const file = decode(name).slice(root.length);
    if (word === 'denied') return { path: file === '' ? path : file, problem: 'no permission to read it' };
    if (word !== 'file') continue;
    if (Number(bytes) > mostBytes) return { path: file, problem: `it is larger than ${mostBytes} bytes` };
    entries.push({ path: file, bytes: Number(bytes), changedAtSeconds: Number(seconds) });
  }
  return entries;
}

function listScript(path: string): string {
  return `
one() {
  name=$(printf %s "$1" | base64 | tr -d "\\n")
  if [ -r "$1" ]; then echo "file $(stat -L -c "%Y %s" "$1") $name"; else echo "denied - - $name"; fi
}
LC_ALL=C; export LC_ALL
path=${quote(path)}
if [ -d "$path" ]; then
  if [ -r "$path" ] && [ -x "$path" ]; then
    for file in "$path"/*.cfg; do if [ -f "$file" ]; then one "$file"; fi; done
  else echo "denied - - "; fi
elif [ -f "$path" ]; then one "$path"
else echo missing; fi`;
}

async function readText(
  machine: Machine,
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<string | null> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes; from += pieceBytes) {
    const script = `tail -c +${from + 1} ${quote(path)} | head -c ${pieceBytes} | base64`;
    const lines = await linesOf(machine, script, signal);
    if (lines === null) return null;
    pieces.push(Buffer.from(lines.join(''), 'base64'));
  }
  const whole = Buffer.concat(pieces);
  return whole.length === bytes ? whole.toString('utf8') : null;
}
