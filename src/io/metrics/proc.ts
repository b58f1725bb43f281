import { figures } from '../../domain/figure.ts';
import type { Reading } from '../../domain/sample.ts';
import { givenByItself } from '../../domain/sources.ts';
import type { Gap } from './look.ts';
import { valueProblem } from './value-problem.ts';

/** Reads all that there is of a host in one go; it changes nothing and needs no rights. */
export const procCommand =
  'getconf PAGESIZE; cat /proc/loadavg /proc/uptime /proc/sys/fs/file-nr /proc/net/sockstat /proc/meminfo';

/** What a host says about itself. Null: its answer does not say. */
export interface Proc {
  readonly load: number | null;
  readonly threads: number | null;
  readonly uptimeMs: number | null;
  readonly filesOpen: number | null;
  readonly memoryUsed: number | null;
  readonly swapUsed: number | null;
  readonly buffersUsed: number | null;
}

/**
 * Reads what procCommand printed. Each file has its own form, so that a greeting before does no harm; only whole lines
 * count. Socket memory is counted in pages. Manual: proc(5).
 */
export function parseProc(stdout: string): Proc {
  const pageBytes = numberOf(/^(4096|8192|16384|65536)\n/m.exec(stdout)?.[1]);
  const load = /^(\d+\.\d\d) \d+\.\d\d \d+\.\d\d \d+\/(\d+) \d+\n/m.exec(stdout);
  const uptime = /^(\d+\.\d\d) \d+\.\d\d\n/m.exec(stdout);
  // Allocated, of which some are free again on old kernels, and the most that may be.
  const files = /^(\d+)\t(\d+)\t\d+\n/m.exec(stdout);
  const kib = (name: string): number | null =>
    numberOf(new RegExp(`^${name}: +(\\d+) kB\\n`, 'm').exec(stdout)?.[1]);
  const total = kib('MemTotal');
  const available = kib('MemAvailable');
  const swapTotal = kib('SwapTotal');
  const swapFree = kib('SwapFree');
  const buffers = kib('Buffers');
  const pages = (protocol: string): number | null =>
    numberOf(new RegExp(`^${protocol}: .*\\bmem (\\d+)\\n`, 'm').exec(stdout)?.[1]);
  const tcp = pages('TCP');
  const udp = pages('UDP');
  return {
    load: numberOf(load?.[1]),
    threads: numberOf(load?.[2]),
    uptimeMs: times(numberOf(uptime?.[1]), 1000),
    filesOpen: files === null ? null : Number(files[1]) - Number(files[2]),
    memoryUsed: total === null || available === null || total === 0 ? null : 1 - available / total,
    swapUsed:
      swapTotal === null || swapFree === null
        ? null
        : swapTotal === 0
          ? 0
          : (swapTotal - swapFree) / swapTotal,
    buffersUsed:
      buffers === null || tcp === null || udp === null || pageBytes === null
        ? null
        : buffers * 1024 + (tcp + udp) * pageBytes,
  };
}

/** The figures of the host, and those that its answer does not give. */
export function procFigures(
  proc: Proc,
  only: readonly string[] | null,
): { readings: Reading[]; gaps: Gap[] } {
  const values = {
    load: proc.load,
    'memory.used': proc.memoryUsed,
    'swap.used': proc.swapUsed,
    'buffers.used': proc.buffersUsed,
    'files.open': proc.filesOpen,
    threads: proc.threads,
  } as const;
  const readings: Reading[] = [];
  const gaps: Gap[] = [];
  for (const figure of givenByItself.ssh) {
    if (only !== null && !only.includes(figure)) continue;
    const value = values[figure];
    const problem =
      value === null ? 'is not in what /proc says there' : valueProblem(value, figures[figure].unit);
    if (value !== null && problem === null) readings.push({ kind: 'gauge', figure, value });
    else gaps.push({ figure, asked: true, problem: `${figure} ${problem}` });
  }
  return { readings, gaps };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
