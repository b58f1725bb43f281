import { z } from 'zod';
import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { checkpointCommand, checkpointPath, powerCommand } from './placeholders.ts';
import { reboot } from './reboot-fields.ts';
import { emptyIsDefault, flag, oneOf, section, whole } from './section.ts';
import { share } from './share.ts';
import { sshOfServer } from './ssh-fields.ts';
import { aList, step } from './step-list.ts';

export const faults = section({
  every: durationAboveZero
    .prefault('2s')
    .meta({ description: 'From one look to the next; a first action waits as long for a storm to show.' }),
  fall: whole(1, 100)
    .default(3)
    .meta({ description: 'How many failures of the watchdog or of SSH in a row are believed.' }),
  rise: whole(1, 100).default(2).meta({ description: 'How many passes in a row are believed.' }),
  watchdog: flag()
    .optional()
    .meta({ description: 'Ask the `probe` of each server as well; else true where there is a `probe`.' }),
  ssh: flag()
    .default(true)
    .meta({ description: 'Log in to each server that has `ssh` and read its boot id.' }),
  onFault: oneOf(['failover', 'alert']).optional().meta({
    description:
      'failover: a spare takes over and `recover` is tried · alert: a person is told; else failover where there is a spare or `recover`.',
  }),
});

const powerCycle = section({
  command: powerCommand.meta({
    description: 'Run on this machine. Placeholders: {address}, {server}, {backend}.',
  }),
  deadline: durationAboveZero.prefault('10m').meta({ description: 'Until the host is back.' }),
});

const recovery = step({
  run: section({
    command: command.meta({ description: 'A shell command on the failed server.' }),
    deadline: durationAboveZero.prefault('1m').meta({ description: 'For the command.' }),
  })
    .optional()
    .meta({ description: 'Runs a command, such as one that starts the service again.' }),
  reboot: emptyIsDefault(reboot, {}).optional().meta({ description: 'Reboots the host.' }),
  powerCycle: powerCycle
    .optional()
    .meta({ description: 'Cuts the power and gives it back: one command, never run a second time.' }),
});

export const recover = z.array(recovery, aList).prefault([]).meta({
  description: 'What is tried on a failed server, in order, until its `probe` passes.',
});

export const failback = oneOf(['manual', 'automatic']).default('manual').meta({
  description: 'manual: a repaired server becomes a spare · automatic: it takes its place back.',
});

const checkpointCopy = section({
  from: checkpointPath.meta({ description: 'File or directory there. Placeholders as in `command`.' }),
  to: checkpointPath.meta({ description: 'Where it goes. Placeholders as in `command`.' }),
  deadline: durationAboveZero.prefault('5m').meta({ description: 'For the whole copy.' }),
});

function checkpointRun<const Sides extends readonly [string, ...string[]]>(sides: Sides) {
  return section({
    on: oneOf(sides).meta({ description: 'primary: whose state it is · receiver: the spare · store.' }),
    command: checkpointCommand.meta({
      description: 'A shell command there. Placeholders: {backend}, {server} (the primary), {slot}.',
    }),
    deadline: durationAboveZero.prefault('1m').meta({ description: 'For the command.' }),
  });
}

const checkpointStep = step({
  run: checkpointRun(['primary', 'receiver', 'store']).optional().meta({ description: 'Runs a command.' }),
  copy: checkpointCopy.optional().meta({
    description: 'Copies files from the primary to the store, or without one to the receiver, over SFTP.',
  }),
});

const restoreStep = step({
  run: checkpointRun(['receiver', 'store']).optional().meta({ description: 'Runs a command.' }),
  copy: checkpointCopy
    .optional()
    .meta({ description: 'Copies files from the store to the receiver, over SFTP.' }),
});

export const checkpoint = section({
  every: durationAboveZero.meta({ description: 'From one checkpoint of a primary to the next.' }),
  maxAge: durationAboveZero.optional().meta({
    description:
      'An older one is a finding, and said when a failover has to use it; else three times `every`.',
  }),
  keep: whole(1, 100).default(2).meta({
    description: 'How many are kept, in turn under {slot} 1, 2 and so on: one may be torn.',
  }),
  store: section({
    ssh: sshOfServer.meta({ title: 'SSH target', description: 'Where to log in.' }),
  })
    .optional()
    .meta({ description: 'A host that keeps them, this machine too; else the spare that would take over.' }),
  steps: z
    .array(checkpointStep, aList)
    .min(1, { error: 'write at least one step' })
    .meta({ description: 'What makes one, in order.' }),
  restore: z
    .array(restoreStep, aList)
    .prefault([])
    .meta({ description: 'What brings one back into the spare after a failover, before traffic moves.' }),
})
  .optional()
  .meta({ description: 'Copies the state of each primary away, because a dead server hands over nothing.' });

export const storm = section({
  share: share.prefault('1/3').meta({
    description:
      'More servers of the backend than this failing within `window`, and at least two, is a storm.',
  }),
  window: durationAboveZero.prefault('1m').meta({ description: 'See `share`.' }),
  quiet: durationAboveZero.prefault('10m').meta({
    description:
      'It is over by itself so long after the last failure, once no more than `share` are failing.',
  }),
});

export const flap = section({
  times: whole(1, 1_000)
    .default(3)
    .meta({ description: 'Recovered more often than this within `window`: quarantined.' }),
  window: durationAboveZero.prefault('1h').meta({ description: 'See `times`.' }),
});
