import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { readProbeUrl } from './probe-url.ts';
import { section, whole } from './section.ts';
import { step } from './step-list.ts';
import { textKind, type Reading } from './text-kind.ts';

const until = durationAboveZero
  .prefault('5m')
  .meta({ description: 'Without a yes by then all is taken back.' });

const right = 'write a URL such as "http://10.0.0.7/may-rejuvenate/{server}"';

/** It is shown in plans, in progress and in the records. */
function readUrl(text: string): Reading<string> {
  const reading = readProbeUrl(text);
  if (!('value' in reading) || !/^[a-z]+:\/\/[^/?#]*@/i.test(reading.value)) return reading;
  return { wrong: 'which holds a user or a password', right: `${right}; a command under \`run\` may log in` };
}

const url = textKind(readUrl, { title: 'URL', right, pattern: /^[hH][tT][tT][pP][sS]?:/ });

/** The last word of the shop itself. */
export const goAhead = step(
  {
    run: section({
      command: command.meta({
        description:
          'Run on this machine until it exits with 0; REJUV_BACKEND, REJUV_SERVER, REJUV_SPARE and REJUV_OPERATION say what it is about.',
      }),
      deadline: until,
    })
      .optional()
      .meta({ description: 'Asks a command.' }),
    http: section({
      url: url.meta({
        description: 'Asked until it answers `expect`. Placeholders: {address}, {port}, {server}, {backend}.',
      }),
      expect: whole(100, 599).default(200).meta({ description: 'The status that means go ahead.' }),
      deadline: until,
    })
      .optional()
      .meta({ description: 'Asks a URL.' }),
  },
  '',
);
