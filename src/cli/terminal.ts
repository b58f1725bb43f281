import type { Readable, Writable } from 'node:stream';
import { isatty } from 'node:tty';

/** What a command sees of the person, or of the script, that runs it. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Somebody is there to read what is redrawn and to answer questions. */
  readonly isTTY: boolean;
  /** Colours on standard output. */
  readonly colours: boolean;
  /** Colours on standard error. */
  readonly errorColours: boolean;
  /** Width of the terminal in characters; some, such as serial lines, say 0. */
  readonly columns: number;
  /** The zone of the person who looks; null: that of this machine, whose name takes Node a while to find out. */
  readonly timeZone: string | null;
  /** Calls `listener` at each such signal instead of dying of it; returns how to stop that. */
  onSignal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): () => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  // Asked of the system: `isTTY` of a stream that is none is no `false`, but missing, which colours take for "find out".
  const [asks, shows, tells] = [isatty(0), isatty(1), isatty(2)];
  const colours = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    stdin,
    stdout,
    stderr,
    env,
    isTTY: asks && tells,
    colours: shows && colours,
    errorColours: tells && colours,
    columns: tells ? stderr.columns : 80,
    timeZone: null,
    onSignal(name, listener) {
      process.on(name, listener);
      return () => process.off(name, listener);
    },
  };
}

/** The person behind a command: the one who typed it, not the one that sudo made of them. */
export function personIn(env: Terminal['env']): string | null {
  const names = [env['SUDO_USER'], env['LOGNAME'], env['USER']];
  return names.find((name) => name !== undefined && name !== '') ?? null;
}
