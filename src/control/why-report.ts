import type { RuleJudgement } from '../domain/aging.ts';
import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../domain/names.ts';
import { isEnd, reservedServers, type Operation } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import { openOperations, serverRecord } from '../domain/records.ts';
import { rowsOf } from '../domain/snapshot.ts';
import type { Status } from '../domain/status.ts';
import type { Block, OpenTouch, PastTouch, Why, WhyNext, WhyRule, WhySeen, WhyWatch } from '../domain/why.ts';
import type { AdmissionFacts } from '../policy/admission-facts.ts';
import { blockSpan } from '../policy/block-span.ts';
import { spareProblem } from '../policy/choice.ts';
import { ownerOf } from '../policy/ownership.ts';
import { conditionOf, listedAs, roleOf } from '../policy/standing.ts';
import { heldNow } from './held.ts';

/** What `why` is made from: what admission looks at, and what was found out beside it. */
export interface WhyFacts extends AdmissionFacts {
  readonly source: Status['source'];
  readonly running: (operation: Operation) => boolean;
  /** What refuses everybody, and what refuses a schedule: each with the same errors where both are refused. */
  readonly refused: { readonly everybody: readonly RejuvError[]; readonly schedules: readonly RejuvError[] };
  /** The schedules played forward until `playedUntil`, or why they could not be. */
  readonly plan: Plan | RejuvError;
  readonly playedUntil: number;
  /** What the watch makes of its evidence, and what is done about it; null: nobody watches. */
  readonly watch: WhyWatch | null;
  /** What becomes of the rules of measured aging. */
  readonly judged: readonly RuleJudgement[];
}

/** One server: what would happen to it next, and what stands in the way. Pure. */
export function reportWhy(facts: WhyFacts): Why {
  const { backend, server, snapshot, records } = facts;
  const id: ServerId = { backend: backend.name, server: server.name };
  const role = roleOf(records, backend, server);
  const { verifiedAt } = serverRecord(records, id);
  const open = openOperations(records);
  return {
    time: iso(snapshot.at),
    source: facts.source,
    ...id,
    role,
    list: listedAs(snapshot, records, id, role),
    condition: conditionOf(id, {
      snapshot,
      records,
      allowUnchecked: backend.allowUnchecked,
      open,
      verdict: facts.watch?.verdict ?? null,
    }),
    loadBalancers: facts.settings.loadBalancers.map(({ name }) => seenOn(facts, id, name)),
    held: heldNow(records, id),
    watch: facts.watch,
    aging: facts.judged.map(ruleOf),
    verifiedAt: verifiedAt === null ? null : iso(verifiedAt),
    lastOperation: lastTouch(records.operations, id),
    next: nextFor(facts, id),
    blocks: blocksIn(facts),
    takeOver: role === 'spare' ? takeOver(facts, id) : null,
  };
}

function seenOn({ snapshot, records }: WhyFacts, id: ServerId, name: string): WhySeen {
  const seen = rowsOf(snapshot, id).find(({ view }) => view.name === name);
  if (seen === undefined) {
    const gap = snapshot.gaps.find((one) => one.name === name);
    const problem = gap?.error.message ?? `server ${formatServerId(id)} does not exist on ${name}`;
    const nothing = { owner: null, operational: null, check: null, sessions: null, queue: null };
    return { name, reachable: gap === undefined, problem, admin: null, ...nothing, changedAt: null };
  }
  const { view, row } = seen;
  return {
    name,
    reachable: true,
    problem: null,
    admin: row.admin,
    owner: ownerOf(row, view.process, serverRecord(records, id).intents[view.name]),
    operational: row.operational,
    check: row.check.status === '' ? null : row.check.status,
    sessions: row.sessions,
    queue: row.queue,
    changedAt: iso(view.at - row.secondsSinceChange * 1000),
  };
}

/** Everything that refuses a schedule, and what refuses a person beside it. */
function blocksIn(facts: WhyFacts): Block[] {
  const { everybody, schedules } = facts.refused;
  const alike = (one: RejuvError) => (other: RejuvError) =>
    other.code === one.code && other.message === one.message;
  const only = schedules.filter((error) => !everybody.some(alike(error)));
  const block = (error: RejuvError, holdsUp: Block['holdsUp']): Block => {
    const { since, until } = blockSpan(error, facts);
    const { code, message, fix } = error;
    return { code, message, fix, since: orNull(since), until: orNull(until), holdsUp };
  };
  return [
    ...everybody.map((error) => block(error, 'everybody')),
    ...only.map((error) => block(error, 'schedules')),
  ];
}

function nextFor(facts: WhyFacts, id: ServerId): WhyNext {
  const { records, plan, running, playedUntil } = facts;
  const open = openOperations(records).find((operation) => touches(operation, id));
  const operation = open === undefined ? null : openTouch(open, running(open));
  if (!('runs' in plan)) {
    return { operation, run: null, unknown: asRejuvError(plan).message, until: iso(playedUntil) };
  }
  const run = plan.runs.find(
    ({ backend, server, spare }) => backend === id.backend && (server === id.server || spare === id.server),
  );
  return { operation, run: run ?? null, unknown: null, until: plan.truncatedAt ?? plan.until };
}

function ruleOf({ rule, verdict, since, nextChangeAt, evidence, problem }: RuleJudgement): WhyRule {
  const { severity, text } = rule;
  return {
    ...{ severity, rule: text, verdict, evidence, problem },
    since: orNull(since),
    nextChangeAt: orNull(nextChangeAt),
  };
}

function takeOver({ snapshot, records }: WhyFacts, id: ServerId): Why['takeOver'] {
  const [gap] = snapshot.gaps;
  const problem = gap === undefined ? spareProblem(snapshot, records, id) : gap.error.message;
  return { possible: problem === null, problem };
}

function touches(operation: Operation, id: ServerId): boolean {
  return sameServer(operation, id) || reservedServers(operation).some((one) => sameServer(one, id));
}

function lastTouch(operations: readonly Operation[], id: ServerId): PastTouch | null {
  const ended = operations.filter(({ endedAt }) => endedAt !== null).filter((one) => touches(one, id));
  const [last] = ended.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  if (last === undefined || last.endedAt === null || !isEnd(last.phase)) return null;
  const cause = last.cause?.reason ?? null;
  return { ...touchOf(last), ended: last.phase, endedAt: iso(last.endedAt), cause };
}

function openTouch(operation: Operation, running: boolean): OpenTouch {
  const { phase, steps, deadline } = operation;
  const step = steps.find(({ state }) => state === 'begun')?.step.kind ?? null;
  return { ...touchOf(operation), phase, step, deadline: orNull(deadline), running };
}

function touchOf({ id, kind, backend, server, trigger, by, reason, startedAt }: Operation) {
  return { id, kind, of: { backend, server }, trigger, by, reason, startedAt: iso(startedAt) };
}

function orNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
