import { expect } from 'vitest';
import { isEnd, type Operation } from '../../src/domain/operation.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import type { CellPhase, End } from './fault-cells.ts';
import { operations, stands } from './fault-lab.ts';
import type { Book } from './fault-record.ts';

/** Who plays which part in one cell, by the names of the servers. */
export interface Cast {
  readonly A: string;
  readonly S: string;
  readonly O: string;
}

async function operationsIn(lab: Lab, book: Book): Promise<Operation[]> {
  const opened = book
    .events()
    .flatMap((event) => (event.type === 'operation-opened' ? [event.operation.id] : []));
  return (await operations(lab)).filter(({ id }) => opened.includes(id));
}

function named(text: string, cast: Cast): string {
  return text.replace(/\b[ASO]\b/, (letter) => cast[letter as keyof Cast]);
}

/** Waits until so many steps of the phase are begun, and says what there is instead when it does not come. */
export async function untilBegun(lab: Lab, book: Book, phase: CellPhase, steps: number): Promise<void> {
  await until(`it is in ${phase}`, () => stepsBegunIn(phase, book) >= steps, { withinMs: 60_000 }).catch(
    async () => expect({ seen: await storyOf(lab, book) }).toEqual(`in ${phase}`),
  );
}

function stepsBegunIn(phase: CellPhase, book: Book): number {
  const events = book.events();
  const entered = events.findIndex((event) => event.type === 'phase-entered' && event.phase === phase);
  if (entered === -1) return 0;
  return events.slice(entered).filter(({ type }) => type === 'step-begun').length;
}

/** What became of the operations so far, and what a person was told: for whoever reads a failure. */
async function storyOf(lab: Lab, book: Book): Promise<unknown> {
  const all = await operationsIn(lab, book);
  const courses = all.map(({ kind, server, phase, reason, cause }) => [
    kind,
    server,
    phase,
    reason,
    cause?.reason,
  ]);
  return { courses, told: toldIn(book) };
}

/** Waits until the operations of this cell have ended as they should, in the order in which they began. Gives which end it is. */
export async function untilEnds(lab: Lab, book: Book, cast: Cast, end: End): Promise<End> {
  let seen: string[] = [];
  let found: End | undefined;
  await until(
    'the operations have ended as they should',
    async () => {
      const all = await operationsIn(lab, book);
      seen = all.map(({ kind, server, phase }) => `${kind} ${server} ${phase}`);
      if (!all.every(({ phase }) => isEnd(phase))) return false;
      // Until its fault is over, what is to be done about it may still begin.
      const ends = end.or !== undefined && isOver(book, cast.O) ? [end, end.or] : [end];
      found = ends.find((one) => waysOf(one, cast).includes(seen.join()));
      return found !== undefined;
    },
    { withinMs: 60_000, everyMs: 100 },
  ).catch(async () => {
    expect({ seen, story: await storyOf(lab, book) }).toEqual(waysOf(end, cast)[0]);
  });
  return found ?? end;
}

function isOver(book: Book, server: string): boolean {
  return book.events().some((event) => event.type === 'fault-over' && event.server.server === server);
}

/** The courses, each as one text. */
function waysOf({ courses, maybe = [] }: End, cast: Cast): string[] {
  const wanted = courses.map((course) => named(course, cast));
  // A later place-taking begins when a server is free for it, which may be beside the repair: in any place but the first.
  const longer = maybe.flatMap((more) =>
    wanted.map((_, at) => wanted.toSpliced(at + 1, 0, named(more, cast)).join()),
  );
  return [wanted.join(), ...longer];
}

/** Waits until `status` shows every server as it should. */
export async function untilStands(lab: Lab, cast: Cast, end: End): Promise<void> {
  let seen: Record<string, string> = {};
  const wrong = (): string[] =>
    Object.entries(seen).flatMap(([name, stand]) => {
      const letter = (['A', 'S', 'O'] as const).find((one) => cast[one] === name);
      const wanted = (letter === undefined ? undefined : end.stands[letter]) ?? /^primary serving healthy$/;
      return wanted.test(stand) ? [] : [`${name} is ${stand}, not ${wanted.source}`];
    });
  await until(
    'all stand where they should',
    async () => {
      seen = await stands(lab);
      return wrong().length === 0;
    },
    { withinMs: 20_000, everyMs: 100 },
  ).catch(() => expect(wrong()).toEqual([]));
}

/** The record says why: by its cause where it left its course, else by the evidence or by who asked. */
export async function expectWhy(
  lab: Lab,
  book: Book,
  { cause, courses }: End,
  struck: string,
): Promise<void> {
  const all = await operationsIn(lab, book);
  const [first] = all;
  if (cause === null) expect(first?.cause).toBeNull();
  else expect(cause.split('|')).toContain(first?.cause?.code);
  const [failover, ...later] = all.filter(({ kind }) => kind === 'failover');
  // What takes the place later of one that is out: HAProxy says of it no more than that.
  for (const one of later) expect(one.reason).toMatch(/MAINT/);
  for (const one of all) {
    if (one.kind === 'failover') expect(one).toMatchObject({ server: struck, trigger: 'fault' });
    if (one === failover) {
      expect(one.reason).toMatch(/lb-a: down since .*; lb-b: down since |watchdog: fails since /);
    }
    if (one.phase === 'failed' || one.phase === 'aborted') expect(one.cause?.reason).not.toBe('');
  }
  const turned = courses[0] === 'failover A completed';
  expect(all.filter(({ kind }) => kind === 'rejuvenation')).toHaveLength(turned ? 0 : 1);
}

function toldIn(book: Book): string[] {
  return book.events().flatMap((event) => (event.type === 'alert' ? [event.code] : []));
}

/** A person was told this, and nothing else. */
export function expectAlerts(book: Book, { alerts, mayTell = [] }: End): void {
  const told = toldIn(book).filter((code) => !mayTell.includes(code));
  // Of a look that is a moment old the same may be told twice.
  const left = [...new Set(told)];
  for (const wanted of alerts) {
    const index = left.findIndex((code) => wanted.split('|').includes(code));
    expect(index, `${wanted} is not among ${told.join()}`).toBeGreaterThanOrEqual(0);
    left.splice(index, 1);
  }
  expect(left).toEqual([]);
}
