import { z } from 'zod';
import { aging, unstable } from './aging-fields.ts';
import { blockers } from './blocker-fields.ts';
import { calendarOfBackend, schedule } from './calendar-fields.ts';
import { capacity } from './capacity-fields.ts';
import { command } from './command.ts';
import { duration, durationAboveZero } from './duration.ts';
import { bake, ramp, rolling } from './entry-fields.ts';
import { filePath } from './file-path.ts';
import { checkpoint, failback, faults, flap, recover, storm } from './fault-fields.ts';
import { goAhead } from './go-ahead-fields.ts';
import { probeUrl } from './probe-url.ts';
import { reboot } from './reboot-fields.ts';
import { requestPath } from './request-path.ts';
import { emptyIsDefault, flag, named, oneOf, section, whole } from './section.ts';
import { serverReference } from './server-reference.ts';
import { sources } from './source-fields.ts';
import { sshOfServer } from './ssh-fields.ts';
import { aList, step } from './step-list.ts';

const server = section({
  ssh: sshOfServer
    .optional()
    .meta({ title: 'SSH target', description: 'Where to log in; without it only the manual verbs work.' }),
  role: oneOf(['primary', 'spare'])
    .default('primary')
    .meta({ description: 'Its role at the first start; later the records know better.' }),
  sameHost: z
    .array(serverReference, { error: 'write a list such as [api/web1]' })
    .prefault([])
    .meta({ description: 'Servers of other backends on the same host; drained in the same operation.' }),
});

const probe = section({
  http: probeUrl.meta({
    description: 'Asked straight at the server. Placeholders: {address}, {port}, {server}, {backend}.',
  }),
  expect: whole(100, 599).default(200).meta({ description: 'The status that means healthy.' }),
  passes: whole(1, 1000).default(3).meta({ description: 'How many passes in a row are a proof.' }),
  every: durationAboveZero.prefault('1s').meta({ description: 'From one request to the next.' }),
  timeout: durationAboveZero.prefault('2s').meta({ description: 'For one request.' }),
  deadline: durationAboveZero.prefault('5m').meta({ description: 'For the proof as a whole.' }),
});

const spare = section({
  start: command
    .optional()
    .meta({ description: 'Starts the application of a spare; leave out where spares always run.' }),
  stop: command.optional().meta({ description: 'Stops it again once the server is a spare.' }),
  deadline: durationAboveZero.prefault('2m').meta({ description: 'For each of the two commands.' }),
});

const side = oneOf(['aged', 'spare', 'receiver']);
const handOverRun = section({
  on: side.meta({
    description:
      'The server that gives up its place, or the one that takes over: the spare, or the receiver.',
  }),
  command: command.meta({ description: 'A shell command on that host.' }),
  deadline: durationAboveZero.prefault('1m').meta({ description: 'For the command.' }),
});
const handOverCopy = section({
  from: filePath.meta({ description: 'File or directory on the aged server.' }),
  to: filePath.meta({ description: 'Where it goes on the spare, or on the receiver.' }),
  deadline: durationAboveZero.prefault('5m').meta({ description: 'For the whole copy.' }),
});
const handOverRequest = section({
  on: side.meta({ description: 'The server that is asked.' }),
  path: requestPath.meta({ description: 'What is asked for, at the address of the server.' }),
  times: whole(1, 100_000).default(1).meta({ description: 'How many requests, one after another.' }),
  deadline: durationAboveZero.prefault('1m').meta({ description: 'For all requests together.' }),
});

const handOver = step({
  run: handOverRun.optional().meta({ description: 'Runs a command.' }),
  copy: handOverCopy
    .optional()
    .meta({ description: 'Copies files from the aged server to the one that takes over, over SFTP.' }),
  request: handOverRequest.optional().meta({ description: 'Sends warm-up requests.' }),
});

const drain = section({
  persistence: duration
    .prefault('30s')
    .meta({ description: 'Grace for clients bound by a cookie or a stick table; then maint moves them.' }),
  deadline: durationAboveZero
    .prefault('10m')
    .meta({ description: 'For what still remains after the grace.' }),
  atDeadline: oneOf(['wait', 'abort', 'close'])
    .default('wait')
    .meta({ description: 'wait: tell a person and go on · abort: roll back · close: cut what remains.' }),
});

const action = step({
  run: section({
    command: command.meta({ description: 'A shell command on the drained server.' }),
    deadline: durationAboveZero.prefault('5m').meta({ description: 'For the command.' }),
    once: flag()
      .default(false)
      .meta({ description: 'Never run it a second time: end failed when it is unknown whether it ran.' }),
  })
    .optional()
    .meta({ description: 'Runs a command.' }),
  reboot: emptyIsDefault(reboot, {}).optional().meta({ description: 'Reboots the host.' }),
});

/** One backend. */
export const backend = section({
  mode: oneOf(['active-standby', 'active-active']).default('active-standby').meta({
    description:
      'active-standby: spares serve nothing until they are needed · active-active: all serve, without a spare.',
  }),
  minServing: whole(1, 10_000).meta({
    description: 'Never fewer serving servers than this, on either load balancer.',
  }),
  allowUnchecked: flag()
    .default(false)
    .meta({ description: 'Count servers without a HAProxy health check as serving.' }),
  servers: named('server', emptyIsDefault(server, {})).meta({
    description: 'The servers, by their names in HAProxy; others in the backend are left alone.',
  }),
  probe: probe
    .optional()
    .meta({ description: 'The application probe. Needed with `actions` or `spare.start`.' }),
  spare: spare.prefault({}).meta({ description: 'How a spare is woken and put to sleep.' }),
  duplex: z
    .array(handOver, aList)
    .prefault([])
    .meta({ description: 'Hand-over steps before traffic moves, in order.' }),
  drain: drain.prefault({}).meta({ description: 'How a server is emptied.' }),
  actions: z
    .array(action, aList)
    .prefault([])
    .meta({ description: 'What rejuvenation does on the drained server, in order.' }),
  capacity: emptyIsDefault(capacity, {}).optional().meta({
    description:
      'Starts nothing that the others could not carry, by what is served now and at this hour of past weeks; left out: `minServing` alone counts.',
  }),
  blockers: emptyIsDefault(blockers, {}).optional().meta({
    description: 'What outside rejuv holds up rejuvenations and switchovers of this backend.',
  }),
  goAhead: goAhead.optional().meta({
    description: 'The last word of the shop itself, once the server is out and before the first action.',
  }),
  ramp: emptyIsDefault(ramp, {}).optional().meta({
    description: 'A server that enters service gets its weight step by step; left out: all at once.',
  }),
  bake: emptyIsDefault(bake, {}).optional().meta({
    description:
      'A server that enters service is compared with its peers, and taken out again where it is worse.',
  }),
  rolling: rolling.prefault({}).meta({
    description: 'How `rejuv rejuvenate BACKEND --all` goes from one server to the next.',
  }),
  schedule: z.array(schedule, aList).default([]).meta({ description: 'When it happens by itself.' }),
  aging,
  unstable,
  calendar: calendarOfBackend
    .prefault({})
    .meta({ description: 'When a schedule of this backend may start, beside the calendar of all backends.' }),
  sources,
  faults: emptyIsDefault(faults, {}).optional().meta({
    description:
      'Watches the servers for faults; left out: HAProxy takes a dead one out, and rejuv does nothing.',
  }),
  recover,
  failback,
  checkpoint,
  storm: storm.optional().meta({ description: 'When many fail at once, it is no fault of a server.' }),
  flap: flap.optional().meta({ description: 'When one fails again and again, repairing it does not help.' }),
});
