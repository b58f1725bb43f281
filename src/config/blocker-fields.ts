import { z } from 'zod';
import { durationAboveZero } from './duration.ts';
import { filePath } from './file-path.ts';
import { matcher } from './matcher.ts';
import { section } from './section.ts';
import { serviceUrl } from './service-url.ts';
import { auth } from './source-fields.ts';
import { aList } from './step-list.ts';

const matchers = z.record(z.string(), matcher, {
  error: 'write a section with labels, such as { severity: page|critical }',
});

const alertBlocker = section({
  prometheus: serviceUrl.optional().meta({ description: 'Base URL of a Prometheus server.' }),
  alertmanager: serviceUrl.optional().meta({
    description: 'Base URL of an Alertmanager; what is silenced or inhibited there does not count.',
  }),
  matching: matchers.default({}).meta({
    title: 'labels',
    description: 'Which alerts count: all labels have to match; none: every alert.',
  }),
  except: z.array(matchers, aList).default([]).meta({
    title: 'list of labels',
    description:
      'Which of them do not. Placeholders: {address}, {port}, {server}, {backend} of the server that is to be rejuvenated.',
  }),
  deadline: durationAboveZero.prefault('10s').meta({ description: 'For the answer; without one it blocks.' }),
  auth: auth
    .refine(
      ({ user, passwordFile, tokenFile }) =>
        (user === undefined) === (passwordFile === undefined) &&
        (user === undefined) !== (tokenFile === undefined),
      {
        error: 'which is neither a user with a password nor a token',
        params: { right: 'write `user` and `passwordFile`, or `tokenFile` alone' },
      },
    )
    .optional()
    .meta({ description: 'Who asks.' }),
}).refine(({ prometheus, alertmanager }) => (prometheus === undefined) !== (alertmanager === undefined), {
  error: 'which names not exactly one of `prometheus` and `alertmanager`',
  params: { right: 'write one of the two, with the base URL of the server' },
});

const deployMarker = section({
  file: filePath.meta({ description: 'While it is there, the shop is being deployed.' }),
  maxAge: durationAboveZero.optional().meta({
    description: 'An older one was left behind and blocks no more; else it blocks until it is gone.',
  }),
});

/** What outside rejuv holds up schedules, measured aging and people, but for --force. */
export const blockers = section({
  alerts: z
    .array(alertBlocker, aList)
    .default([])
    .meta({ description: 'Alerts that block while they fire; a server that cannot be asked blocks too.' }),
  deploy: z
    .array(deployMarker, aList)
    .default([])
    .meta({ description: 'Files that block while they are there.' }),
});
