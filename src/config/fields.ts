import { z } from 'zod';
import { backend } from './backend-fields.ts';
import { blockers } from './blocker-fields.ts';
import { calendarOfAll } from './calendar-fields.ts';
import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { filePath, unixSocketPath } from './file-path.ts';
import { emptyIsDefault, named, section } from './section.ts';
import { socketAddress } from './socket-address.ts';
import { sshDefaults } from './ssh-fields.ts';

/**
 * The table of fields: what may be written, its default, and what it means. Parsing, the JSON Schema and the table
 * of the documentation all come from here.
 */
export const fields = section({
  loadBalancers: named(
    'load balancer',
    section({
      socket: socketAddress.meta({ description: 'The runtime API, at level admin.' }),
      master: socketAddress.optional().meta({
        description:
          'The master CLI: what old workers still hold after a reload is counted in every drain. Without it nobody sees them.',
      }),
    }),
  ).meta({ description: 'The pair: exactly two load balancers, under names of your choice.' }),
  ssh: sshDefaults.prefault({}).meta({
    description: 'Defaults for every host, load balancers included; each server may override them.',
  }),
  state: filePath
    .prefault('/var/lib/rejuv')
    .meta({ description: 'Directory of the records, which survive a crash.' }),
  listen: z
    .union([
      unixSocketPath,
      section({
        path: unixSocketPath.prefault('/run/rejuv/rejuv.sock').meta({ description: 'The unix socket.' }),
        group: z
          .string({ error: 'write the name of a group, in quotes if it is a number' })
          .min(1, { error: 'write the name of a group' })
          .optional()
          .meta({ description: 'Group of the socket file, whose mode is 0660.' }),
      }),
    ])
    .prefault('/run/rejuv/rejuv.sock')
    .meta({ title: 'absolute path', description: 'Where the running sidecar answers the command line.' }),
  poll: durationAboveZero.prefault('2s').meta({ description: 'How often both load balancers are read.' }),
  oldWorkersGone: durationAboveZero.prefault('10m').meta({
    description:
      'How long old HAProxy workers may live on after a reload: no reboot for so long where `master` is not set or does not answer, and the longest wait for idle clients of an old worker where it does. Your `hard-stop-after`.',
  }),
  whenOneIsDown: z.enum(['block', 'continue']).prefault('block').meta({
    description:
      'While one load balancer does not answer: `block` starts nothing and waits with what is not past its drain; `continue` goes on with the other one. What is past its drain goes on in both. The one that returns is brought into line first.',
  }),
  onAlert: command.optional().meta({
    description: 'Run on this machine when a person is to be told; the alert is in its environment.',
  }),
  calendar: calendarOfAll
    .prefault({})
    .meta({ description: 'When a schedule may start, for all backends together.' }),
  blockers: emptyIsDefault(blockers, {}).optional().meta({
    description: 'What outside rejuv holds up rejuvenations and switchovers, in all backends.',
  }),
  backends: named('backend', backend).meta({ description: 'The backends, by their names in HAProxy.' }),
});

/** The file after its shape was checked: texts read, defaults filled in, meaning not yet checked. */
export type Draft = z.output<typeof fields>;
export type BackendDraft = Draft['backends'][string];
