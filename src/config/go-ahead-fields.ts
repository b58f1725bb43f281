import { command } from './command.ts';
import { durationAboveZero } from './duration.ts';
import { probeUrl } from './probe-url.ts';
import { section, whole } from './section.ts';
import { step } from './step-list.ts';

const until = durationAboveZero
  .prefault('5m')
  .meta({ description: 'Without a yes by then all is taken back.' });

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
      url: probeUrl.meta({
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
