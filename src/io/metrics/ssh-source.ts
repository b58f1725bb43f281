import { commandProblem } from '../../domain/command-problem.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Reading } from '../../domain/sample.ts';
import type { Clock, Host, Hosts, MetricTarget } from '../../domain/seams.ts';
import type { CommandMetric, SshSource } from '../../domain/sources.ts';
import { type ExaminableSource, type Gap, keyOf, sourceOf, unusable } from './look.ts';
import { createLogins } from './logins.ts';
import { parseProc, procCommand, procFigures } from './proc.ts';
import { createStarts } from './starts.ts';
import { totalProblem, valueProblem } from './value-problem.ts';

/** The servers themselves, over the login that they have. One login per server is kept. */
export function createSshSource(
  settings: SshSource,
  { clock, hosts }: { readonly clock: Clock; readonly hosts: Hosts },
): ExaminableSource {
  const starts = createStarts();
  const logins = createLogins(hosts);

  async function proc(
    host: Host,
    target: MetricTarget,
    leftMs: number,
    signal: AbortSignal,
  ): Promise<Answers> {
    const result = await host.run(procCommand, leftMs, signal);
    const now = clock.now();
    // A missing file is said on standard error and by the exit status; what the others say still holds.
    const seen = parseProc(result.stdout);
    const { readings, gaps } = procFigures(seen, settings.only);
    const failed = commandProblem(host.name, procCommand, result);
    if (failed !== null && readings.length === 0) throw failed;
    if (seen.uptimeMs === null) return { readings, gaps };
    const at = starts(keyOf(target), now - seen.uptimeMs);
    return { readings: [...readings, { kind: 'started', what: 'host', at }], gaps };
  }

  async function command(
    metric: CommandMetric,
    host: Host,
    leftMs: number,
    signal: AbortSignal,
  ): Promise<Answers> {
    const { figure, unit, counter, scale } = metric;
    const gap = (problem: string): Answers => ({ readings: [], gaps: [{ figure, asked: true, problem }] });
    const result = await host.run(metric.command, leftMs, signal);
    const failed = commandProblem(host.name, metric.command, result);
    if (failed !== null) return gap(failed.message);
    const printed = result.stdout.trim();
    if (!oneNumber.test(printed)) {
      const shown = printed === '' ? 'nothing' : JSON.stringify(printed.slice(0, 60));
      return gap(`\`${metric.command}\` printed ${shown}, and not one number`);
    }
    const value = Number(printed) * scale;
    const problem = counter ? totalProblem(value) : valueProblem(value, unit);
    if (problem !== null) return gap(`what \`${metric.command}\` printed ${problem}`);
    return { readings: [{ kind: counter ? 'counter' : 'gauge', figure, value }], gaps: [] };
  }

  return sourceOf(
    settings,
    async (target, signal) => {
      const { ssh } = target;
      if (ssh === null) throw unusable(settings, target, 'it has no `ssh`, so nobody can log in');
      const answers = await logins.use(keyOf(target), ssh, signal, async (host) => {
        const endAt = clock.monotonic() + settings.deadlineMs;
        const leftMs = (): number => Math.max(1, endAt - clock.monotonic());
        const all = settings.proc ? [await proc(host, target, leftMs(), signal)] : [];
        for (const metric of settings.commands) {
          all.push(await command(metric, host, leftMs(), signal).catch(alone(metric)));
        }
        return all;
      });
      return {
        readings: answers.flatMap(({ readings }) => readings),
        gaps: answers.flatMap(({ gaps }) => gaps),
        remarks: [],
      };
    },
    async () => await logins.close(),
  );
}

/** As JSON has numbers, or as a shell prints them: no words, no units, no second one. */
const oneNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

interface Answers {
  readonly readings: readonly Reading[];
  readonly gaps: readonly Gap[];
}

/** A command that takes too long does not speak for the others. */
function alone({ figure }: CommandMetric): (error: unknown) => Answers {
  return (error) => {
    if (!(error instanceof RejuvError) || error.code !== 'command-deadline') throw error;
    return { readings: [], gaps: [{ figure, asked: true, problem: error.message }] };
  };
}
