import { createColors } from 'picocolors';
import type { Owner } from '../../domain/server.ts';
import type { Block, OpenTouch, PastTouch, Why, WhyRule, WhySeen } from '../../domain/why.ts';
import { after, clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { heldLines } from './held.ts';
import { readable, showNow, showWhen } from './instant.ts';
import type { Screen } from './screen.ts';
import { colouredCondition } from './status-table.ts';
import { showTable } from './table.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

/** What every part is shown with. */
interface View extends Screen {
  readonly now: number;
  readonly c: ReturnType<typeof createColors>;
  /** `shop/web1` */
  readonly where: string;
}

/** `rejuv why` for people, on one screen: how it stands, what comes next, what blocks it and what clears that. */
export function showWhy(why: Why, screen: Screen): string {
  const now = Date.parse(why.time);
  const where = `${why.backend}/${why.server}`;
  const view: View = { ...screen, now, c: createColors(screen.colours), where };
  return [standing(why, view), next(why, view), blocks(why, view)]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function standing(why: Why, view: View): string[] {
  const { c, now, timeZone, width, where } = view;
  const { lastOperation: last, verifiedAt, held } = why;
  const verified =
    verifiedAt === null ? 'never verified by rejuv' : `verified ${showWhen(verifiedAt, now, timeZone)}`;
  return [
    ...wrap(
      `${c.bold(where)}: ${why.role}, ${places[why.list]}, condition ${colouredCondition(why.condition, c)}; ${verified}`,
      width,
      0,
      2,
    ),
    ...wrap(`${showNow(why.time, timeZone)}, ${sources[why.source]}`, width, 2, 2),
    '',
    ...seen(why, view),
    ...(held === null ? [] : heldLines(held, where, now, view, 2)),
    ...watchLines(why, view),
    ...ruleLines(why, view),
    ...(last === null ? [] : wrap(`last touched by ${pastTouch(last, view)}`, width, 2, 2)),
  ];
}

/** The evidence, and what is done about it. */
function watchLines({ watch }: Why, { c, now, timeZone, width }: View): string[] {
  if (watch === null) return [];
  const { verdict, since, evidence, answer } = watch;
  const word = verdict === 'well' ? c.green(verdict) : verdict === 'unknown' ? verdict : c.red(verdict);
  return [
    ...wrap(`watched: ${word} since ${showWhen(since, now, timeZone)}`, width, 2, 2),
    ...evidence.flatMap((fact) => wrap(readable(fact, now, timeZone), width, 4, 2)),
    ...(verdict === 'well' ? [] : wrap(`what is done: ${readable(answer, now, timeZone)}`, width, 2, 2)),
  ];
}

/** Each rule of measured aging, and what is measured. */
function ruleLines({ aging }: Why, { c, now, timeZone, width }: View): string[] {
  const words = {
    holds: c.red('holds'),
    waiting: c.yellow('true, and not for long enough yet'),
    fails: c.green('does not hold'),
    unknown: c.yellow('unknown'),
  } as const satisfies Record<WhyRule['verdict'], string>;
  return aging.flatMap(({ severity, rule, verdict, since, evidence, problem }) => {
    const when = since === null ? '' : ` since ${showWhen(since, now, timeZone)}`;
    const line = `${severity} when ${clean(rule)}: ${words[verdict]}${when}`;
    return [...wrap(line, width, 2, 2), ...wrap(readable(problem ?? evidence, now, timeZone), width, 4, 2)];
  });
}

const places = {
  serving: 'serving',
  spare: 'waiting',
  off: 'off the list',
} as const satisfies Record<Why['list'], string>;

const sources = {
  sidecar: 'as the sidecar knows it',
  direct: 'read straight from the load balancers',
} as const satisfies Record<Why['source'], string>;

/** Per load balancer; those that show nothing have a sentence instead. */
function seen({ loadBalancers }: Why, view: View): string[] {
  const heading = ['', 'state', 'set by', 'seen', 'check', 'sessions', 'last change'];
  const known = loadBalancers.filter(({ problem }) => problem === null);
  const [top = '', ...rows] = showTable([heading, ...known.map((one) => seenRow(one, view))]);
  const problems = loadBalancers.flatMap(({ name, problem, reachable }) =>
    problem === null
      ? []
      : wrap(
          `${name}  ${view.c.red(reachable ? 'unknown there' : 'no answer')}  ${after(name, problem)}`,
          view.width,
          2,
          2,
        ),
  );
  return [...(known.length === 0 ? [] : [top, ...rows].map((line) => `  ${line}`)), ...problems];
}

function seenRow(one: WhySeen, { now, timeZone, c }: View): string[] {
  const { name, admin, owner, operational, check, sessions, queue, changedAt } = one;
  const set = owner === null ? '' : owners[owner];
  return [
    name,
    admin ?? '',
    owner === 'person' ? c.yellow(set) : set,
    operational ?? '',
    check ?? '-',
    queue === null || queue === 0 ? String(sessions ?? '?') : `${sessions ?? '?'} + ${queue} queued`,
    changedAt === null ? '' : showWhen(changedAt, now, timeZone),
  ];
}

const owners = {
  config: 'haproxy.cfg',
  rejuv: 'rejuv',
  person: 'hand',
  agent: 'agent',
  unknown: '?',
} as const satisfies Record<Owner, string>;

function pastTouch(last: PastTouch, { now, timeZone }: View): string {
  const why = [last.cause, last.reason]
    .filter((text) => text !== null)
    .map((text) => readable(text, now, timeZone));
  const ended = `${last.ended} ${showWhen(last.endedAt, now, timeZone)}`;
  return `${last.id}, ${named(last)}, ${ended}, ${byWhom(last.by, last.trigger)}${why.length === 0 ? '' : `: ${why.join('; ')}`}`;
}

function named({ kind, of }: { readonly kind: string; readonly of: PastTouch['of'] }): string {
  return `${kind} of ${of.backend}/${of.server}`;
}

function next(why: Why, view: View): string[] {
  const { c, now, timeZone, width, where } = view;
  const { operation, run, unknown, until } = why.next;
  const lines = operation === null ? [] : [openTouch(operation, view)];
  if (unknown !== null)
    lines.push(`what the schedules would do is unknown: ${readable(unknown, now, timeZone)}`);
  else if (run === null) {
    lines.push(`no schedule would choose it in the next ${showDays(Date.parse(until) - now)}`);
  } else {
    const part =
      run.server === why.server
        ? `rejuvenated${run.spare === null ? '' : `, ${run.spare} takes over`}`
        : `takes over from ${run.server ?? 'another'}`;
    const verdict =
      run.verdict === 'runs'
        ? part
        : `${c.yellow(run.verdict)}: ${readable(run.reason ?? '', now, timeZone)}`;
    lines.push(
      `${showWhen(run.start, now, timeZone)}, by the schedule ${run.cron} (${run.timeZone}): ${verdict}`,
    );
  }
  const { takeOver } = why;
  if (takeOver !== null) {
    lines.push(
      takeOver.problem === null
        ? `it could take over ${c.green('now')}`
        : `it could ${c.yellow('not')} take over now: ${after(where, readable(takeOver.problem, now, timeZone))}`,
    );
  }
  return [c.bold('what comes next'), ...lines.flatMap((line) => wrap(line, width, 2, 2))];
}

function openTouch(operation: OpenTouch, { c, now, timeZone }: View): string {
  const { id, phase, step, deadline, running, startedAt, by, trigger, reason } = operation;
  const at = step === null ? phase : `${phase}, step ${step}`;
  const end = deadline === null ? '' : ` until ${showWhen(deadline, now, timeZone)}`;
  const state = running ? c.cyan(at) + end : c.yellow(`${at}: left open, nobody carries it out`);
  const why = reason === null ? '' : `: ${clean(reason)}`;
  return `${id}, ${named(operation)}, runs for ${showDuration(now - Date.parse(startedAt))}: ${state}; ${byWhom(by, trigger)}${why}`;
}

/** While an operation is open that touches the server, what else refuses mostly follows from it. */
function blocks({ blocks: all, next: { operation } }: Why, view: View): string[] {
  const { c, now, timeZone, width, where } = view;
  if (all.length === 0) return [c.green('nothing blocks a rejuvenation of it now')];
  const people = all.filter(({ holdsUp }) => holdsUp === 'everybody');
  const schedules = all.filter(({ holdsUp }) => holdsUp === 'schedules');
  const follow = operation === null ? [] : people.filter(({ code }) => !isBusy(code));
  const lead = people.filter((one) => !follow.includes(one));
  return [
    people.length === 0
      ? c.green('nothing blocks a rejuvenation that a person starts now')
      : c.bold(c.yellow('what blocks a rejuvenation of it now')),
    ...together(lead).flatMap((some) => blockLines(some, view)),
    ...(follow.length === 0 ? [] : ['  and, as things stand in the middle of that:']),
    ...follow.flatMap(({ code, message }) =>
      wrap(`${code}: ${after(where, readable(message, now, timeZone))}`, width, 4, 4),
    ),
    ...(schedules.length === 0 ? [] : [c.bold('what holds up schedules, but no person')]),
    ...together(schedules).flatMap((some) => blockLines(some, view)),
  ];
}

function isBusy(code: Block['code']): boolean {
  return code === 'backend-busy' || code === 'server-busy';
}

/** What is so on both load balancers, and is cleared by the same, is one reason. */
function together(all: readonly Block[]): Block[][] {
  const groups = new Map<string, Block[]>();
  for (const block of all) {
    const key = `${block.code} ${block.fix}`;
    groups.set(key, [...(groups.get(key) ?? []), block]);
  }
  return [...groups.values()];
}

function blockLines(some: readonly Block[], view: View): string[] {
  const { now, timeZone, width, where } = view;
  const said = some.flatMap(({ code, message, since, until }) => {
    const spans = [
      ...(since === null ? [] : [`since ${showWhen(since, now, timeZone)}`]),
      ...(until === null ? [] : [`ends by itself ${showWhen(until, now, timeZone)}`]),
    ];
    return [
      ...wrap(`${code}: ${after(where, readable(message, now, timeZone))}`, width, 2, 4),
      ...(spans.length === 0 ? [] : wrap(spans.join('; '), width, 6, 2)),
    ];
  });
  const [first] = some;
  return [...said, ...wrap(`to clear it: ${clean(first?.fix ?? '')}`, width, 6, 2)];
}

/** `35 days`, or less where the plan breaks off. */
function showDays(ms: number): string {
  const days = Math.round(ms / 86_400_000);
  return days > 1 ? `${days} days` : showDuration(ms);
}
