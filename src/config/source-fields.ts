import { z } from 'zod';
import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { filePath } from './file-path.ts';
import { baseUrl, pageUrl } from './source-url.ts';
import { flag, oneOf, section } from './section.ts';

const text = (right: string) => z.string({ error: right }).min(1, { error: right });

const metric = section({
  metric: text('write the name of a metric such as shop_carts')
    .optional()
    .meta({ description: 'With `exporter`: the metric on the page; several series are added up.' }),
  labels: z
    .record(z.string(), z.string({ error: 'write a text, in quotes' }), {
      error: 'write one text per label, such as { state: open }',
    })
    .optional()
    .meta({ description: 'With `metric`: which series, by label; anchored regular expressions.' }),
  query: text('write a query in PromQL').optional().meta({
    description:
      'With `prometheus`: PromQL that gives exactly one value. {address}, {port}, {server}, {backend} within quotes.',
  }),
  run: command
    .optional()
    .meta({ description: 'With `ssh`: a shell command on the server that prints one number.' }),
  unit: oneOf(['share', 'bytes', 'duration', 'count', 'per-second']).optional().meta({
    description:
      'Of the figure, after `scale`: a share is 0 to 1, a duration in milliseconds. A built-in name has its own.',
  }),
  counter: flag().optional().meta({
    description:
      'A total that only grows; the figure is its rate per second. Else true where `metric` ends in `_total`.',
  }),
  quantile: z
    .number({ error: 'write a number such as 0.95' })
    .refine((quantile) => quantile > 0 && quantile < 1, {
      error: 'which is no share between 0 and 1',
      params: { right: 'write a number such as 0.95' },
    })
    .optional()
    .meta({
      title: 'number',
      description:
        'With `metric`, the name of a histogram without its `_bucket`: 0.95 is the value that 95 % of what came since the answer before is at most.',
    }),
  scale: z
    .number({ error: 'write a number such as 1000' })
    .refine((scale) => Number.isFinite(scale) && scale !== 0, {
      error: 'which makes every value the same',
      params: { right: 'write a number such as 1000' },
    })
    .default(1)
    .meta({
      title: 'number',
      description: 'The value is multiplied with it: 1000 makes milliseconds of seconds.',
    }),
});

/** Who asks over HTTP; the secret is in a file. */
export const auth = section({
  user: text('write the name of a user').optional().meta({ description: 'For basic authentication.' }),
  passwordFile: filePath.optional().meta({ description: 'Holds the password of `user`.' }),
  tokenFile: filePath.optional().meta({ description: 'Holds a bearer token, instead of both.' }),
});

/** One place that figures come from. What may stand together is in checks/sources.ts. */
export const source = section({
  exporter: pageUrl.optional().meta({
    description: 'A page of metrics on each server. Placeholders: {address}, {port}, {server}, {backend}.',
  }),
  prometheus: baseUrl.optional().meta({ description: 'A Prometheus server, asked for each server.' }),
  ssh: oneOf(['proc', 'commands']).optional().meta({
    description:
      'The server itself, over its login. proc: its /proc, and the commands of `metrics` · commands: only those.',
  }),
  every: durationAboveZero.prefault('15s').meta({ description: 'From one question to the next.' }),
  timeout: durationAboveZero.prefault('5s').meta({ description: 'For one answer of one server.' }),
  stale: durationAboveZero.optional().meta({
    description: 'A figure without a value for longer is unknown, which blocks; else four times `every`.',
  }),
  only: z
    .array(z.string({ error: 'write the name of a figure' }), {
      error: 'write a list of figures such as [load, memory.used]',
    })
    .optional()
    .meta({
      description:
        'With `exporter` and `ssh: proc`: which built-in figures are taken; else all that are there.',
    }),
  auth: auth.optional().meta({ description: 'With `exporter` and `prometheus`: who asks.' }),
  metrics: z
    .record(z.string(), metric, { error: 'write one entry per figure, under its name' })
    .prefault({})
    .meta({ description: 'Figures by name: built-in ones, or names of your own.' }),
});

export const sources = z
  .record(z.string(), source, { error: 'write one entry per source, under a name of your choice' })
  .prefault({})
  .meta({
    description: 'Where measured figures of the servers come from; those of HAProxy itself need none.',
  });
