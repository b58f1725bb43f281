/** What one folder of src may import. */
export interface Law {
  /** Folders of src, besides itself. */
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
  readonly why: string;
}

const touchesOne = 'io/x touches one outside thing and knows no sibling; hand in what it needs from one';

/** The table of the layers. A longer path goes before its parent; a unit of io is a folder or a file in io. */
export const laws: Readonly<Record<string, Law>> = {
  domain: {
    folders: [],
    packages: [],
    node: false,
    why: 'domain is nouns and laws, and knows nothing of the rest',
  },
  policy: {
    folders: ['domain', 'model'],
    packages: [],
    node: false,
    why: 'policy decides purely, from what it is given',
  },
  model: { folders: ['domain'], packages: [], node: false, why: 'model is pure mathematics' },
  config: {
    folders: ['domain'],
    packages: ['yaml', 'zod'],
    node: true,
    why: 'config turns text into settings, and acts on nothing',
  },
  telemetry: {
    folders: ['domain'],
    packages: ['pino'],
    node: true,
    why: 'telemetry turns events into lines, and takes no part in what happens',
  },
  'io/ssh': { folders: ['domain'], packages: ['ssh2'], node: true, why: touchesOne },
  'io/probe': { folders: ['domain'], packages: ['axios'], node: true, why: touchesOne },
  'io/metrics': { folders: ['domain'], packages: ['axios'], node: true, why: touchesOne },
  'io/ical': { folders: ['domain'], packages: ['ical.js'], node: true, why: touchesOne },
  'io/cron': { folders: ['domain'], packages: ['node-cron'], node: true, why: touchesOne },
  io: { folders: ['domain'], packages: [], node: true, why: touchesOne },
  control: {
    folders: ['domain', 'policy', 'model'],
    packages: [],
    node: false,
    why: 'control acts through the seams only, so that a fake can stand for everything outside',
  },
  http: {
    folders: ['domain', 'model', 'telemetry', 'control'],
    packages: ['hono', '@hono/node-server', 'axios', 'zod'],
    node: true,
    why: 'http is a door to control; adapters are plugged in by the composition root',
  },
  cli: {
    folders: ['domain', 'policy', 'model', 'config', 'telemetry', 'io', 'control', 'http'],
    packages: ['commander', 'picocolors', '@clack/prompts'],
    node: true,
    why: 'cli is a door; what needs another package belongs in the folder of that package',
  },
  main: { folders: ['cli', 'domain'], packages: [], node: true, why: 'main hands argv and streams to cli' },
};

/** The only files that may touch wall clock, timers and randomness: the Clock, and the ids of operations. */
export const clockFiles = ['io/clock.ts', 'io/new-id.ts'];

export const longestFile = 300;
/** One table, and stays one. */
export const longFiles = ['domain/catalogue.ts'];
