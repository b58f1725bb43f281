import { createInterface } from 'node:readline';
import type { Progress } from '../../src/domain/progress.ts';
import type { Status } from '../../src/domain/status.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';

/** `rejuv run` in a lab, from the moment that it answers. */
export async function startSidecar(lab: Lab): Promise<LabProcess> {
  const sidecar = lab.spawnRejuv(['run']);
  const ended = sidecar.done.then(({ stdout, stderr }) => {
    throw new Error(`the sidecar ended: ${stderr}${stdout}`);
  });
  const answers = until('the sidecar answers', async () => (await statusOf(lab)).source === 'sidecar', {
    withinMs: 30_000,
  });
  ended.catch(() => undefined); // later it ends with the lab
  await Promise.race([answers, ended]);
  return sidecar;
}

/** `rejuv status --json` */
export async function statusOf(lab: Lab): Promise<Status> {
  const ran = await lab.rejuv(['status', '--json']);
  if (ran.code !== 0) throw new Error(`rejuv status: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Status;
}

/** What came of one `rejuv rejuvenate`. */
export interface Rejuvenated {
  readonly status: number | null;
  readonly lines: readonly Progress[];
  readonly stderr: string;
}

/** Runs `rejuv rejuvenate shop/SERVER --json` to its end and hands over each line as it comes. */
export async function rejuvenate(
  lab: Lab,
  server: string,
  onLine: (line: Progress) => void = () => undefined,
): Promise<Rejuvenated> {
  const command = lab.spawnRejuv(['rejuvenate', `shop/${server}`, '--json']);
  const lines: Progress[] = [];
  createInterface({ input: command.child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as Progress;
    lines.push(line);
    onLine(line);
  });
  const { code, stderr } = await command.done;
  return { status: code, lines, stderr };
}
