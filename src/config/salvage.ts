import type { z } from 'zod';
import { fields, type Draft } from './fields.ts';
import { nearestName } from './nearest-name.ts';
import type { Path } from './problem.ts';
import { knownKeys } from './section.ts';
import { keysOf, valueAt } from './wording.ts';

/** What can still be asked for its meaning once everything broken is taken out. */
export interface Salvage {
  /** Null when nothing remains. */
  readonly draft: Draft | null;
  /** What was taken out or stood in for. No finding may rely on it. */
  readonly broken: readonly Path[];
}

/** Stand for required values that are missing or broken, so that the rest of their section can be examined. */
const standIns: Readonly<Record<string, unknown>> = {
  loadBalancers: {},
  backends: {},
  servers: {},
  minServing: 1,
  host: 'host',
  http: 'http://host/',
  on: 'aged',
  command: 'true',
  from: '/',
  to: '/',
  path: '/',
  cron: '0 0 * * *',
  when: 'uptime > 7d',
  timeZone: 'UTC',
  every: '1m',
  steps: [{ run: { on: 'primary', command: 'true' } }],
  ssh: 'host',
};

// A broken value goes in one round, what stands in for it comes in the next; no section is nested deeper than this.
const rounds = 12;

/** Takes out of the tree what the issues complain about, until the rest fits the table of fields. */
export function salvage(tree: unknown, issues: readonly z.core.$ZodIssue[]): Salvage {
  const broken: Path[] = [];
  let rest: unknown = tree;
  let open = issues;
  for (let round = 0; round < rounds; round += 1) {
    for (const repair of open.flatMap((issue) => repairsOf(issue, rest))) {
      broken.push(repair.path, ...repair.alsoBroken);
      rest = changed(rest, repair.path, repair.standIn);
    }
    const again = fields.safeParse(rest);
    if (again.success) return { draft: again.data, broken };
    open = again.error.issues;
  }
  return { draft: null, broken };
}

interface Repair {
  readonly path: Path;
  /** Undefined: take it out. */
  readonly standIn?: unknown;
  readonly alsoBroken: readonly Path[];
}

function repairsOf(issue: z.core.$ZodIssue, tree: unknown): Repair[] {
  const path = keysOf(issue);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = nearestName(key, knownKeys(issue.message));
      return { path: [...path, key], alsoBroken: meant === null ? [] : [[...path, meant]] };
    });
  }
  if (valueAt(tree, path) === undefined) {
    const standIn = standIns[String(path.at(-1))];
    return standIn === undefined
      ? [{ path: path.slice(0, -1), alsoBroken: [path] }]
      : [{ path, standIn, alsoBroken: [] }];
  }
  // Without one item the others would be taken for their neighbours, so the whole list goes.
  return [{ path: typeof path.at(-1) === 'number' ? path.slice(0, -1) : path, alsoBroken: [] }];
}

function changed(tree: unknown, path: Path, value: unknown): unknown {
  const [head, ...tail] = path;
  if (head === undefined) return value;
  if (Array.isArray(tree)) {
    return tree.map((item: unknown, index) => (index === head ? changed(item, tail, value) : item));
  }
  if (typeof tree !== 'object' || tree === null) return tree;
  const now = changed(valueAt(tree, [head]), tail, value);
  const others = Object.entries(tree).filter(([key]) => key !== String(head));
  return Object.fromEntries(now === undefined ? others : [...others, [String(head), now]]);
}
