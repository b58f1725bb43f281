import { describe, expect, it } from 'vitest';
import { labAvailable } from './available.ts';
import { startLab, type Lab } from './lab.ts';
import type { LabOptions } from './options.ts';

const available = await labAvailable();

/**
 * Tests that need a lab. Where none can run they are skipped, with the reason in their name; in the pipeline that is a
 * failure, or nobody would notice that they never run.
 */
export function describeLab(name: string, tests: () => void): void {
  if (available.ok) {
    describe(name, tests);
    return;
  }
  const { reason } = available;
  describe.skip(`${name} (${reason})`, tests);
  if (process.env['CI'] === 'true') {
    it(`${name} can be started in the pipeline`, () => expect.fail(reason));
  }
}

/** Starts a lab for one test and stops it whatever happens. */
export async function withLab(options: LabOptions, test: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await startLab(options);
  try {
    await test(lab);
  } finally {
    await lab.stop();
  }
}

/** What a login by SSH answers, as rejuv would log in. */
export function ssh(lab: Lab, address: string, command: string): ReturnType<Lab['exec']> {
  return lab.exec([
    ...[
      'ssh',
      '-F',
      'none',
      '-i',
      `${lab.directory}/id_ed25519`,
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=3',
    ],
    ...['-o', `UserKnownHostsFile=${lab.directory}/known_hosts`, '-o', 'GlobalKnownHostsFile=none'],
    `rejuv@${address}`,
    command,
  ]);
}
