import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { ServerId, ServerName } from '../../domain/names.ts';
import { serverRecord, type Aged, type Records } from '../../domain/records.ts';
import type { Measurements } from '../../domain/sample.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { ownFigures } from '../../domain/sources.ts';
import { lastRejuvenatedAt, lastRejuvenations } from '../last-rejuvenation.ts';
import type { ServerFacts, SharedFacts } from './facts.ts';
import { judgeRule, ruleJudge } from './judge.ts';
import { Peers } from './peers.ts';

/** What the rules of one backend are judged by. */
export interface BackendFacts {
  readonly backend: Pick<BackendSettings, 'name' | 'servers' | 'rules' | 'sources'>;
  readonly records: Records;
  /** Of the backend, from every load balancer that answers. */
  readonly snapshot: Snapshot;
  readonly measured: Measurements;
  /** Forecasts cost a millisecond each: the loop keeps them until there are new means. */
  readonly forecast: SharedFacts['forecast'];
  readonly now: number;
}

/** What becomes of every rule for one server of the backend, in the order of the rules. */
export type BackendJudge = (server: ServerId) => RuleJudgement[];

/**
 * Judges the servers of a backend, one after the other, by what is known now: what they share is looked at once. One that
 * holds by the records goes on by its hysteresis. Good until the next sample comes. Pure.
 */
export function backendJudge(facts: BackendFacts): BackendJudge {
  const shared = sharedFacts(facts);
  const judges = facts.backend.rules.map((rule) => ({ rule, judge: ruleJudge(rule, shared) }));
  const young = lives(facts);
  return (server) => {
    const { aged } = serverRecord(facts.records, server);
    const life = { server, youngSince: young(server.server) };
    return judges.map(({ rule, judge }) => judge({ life, before: heldBefore(aged, rule), now: facts.now }));
  };
}

/** One rule for one server. Pure. */
export function judgeOne(facts: BackendFacts, server: ServerId, rule: AgingRule): RuleJudgement {
  const { records, measured, now } = facts;
  return judgeRule(rule, {
    ...sharedFacts(facts),
    life: { server, youngSince: youngSince(records, measured, server) },
    before: heldBefore(serverRecord(records, server).aged, rule),
    now,
  });
}

function sharedFacts(facts: BackendFacts): SharedFacts {
  const { backend, measured, forecast } = facts;
  const young = lives(facts);
  const serving = servingIn(facts).map((server) => ({
    server: { backend: backend.name, server },
    youngSince: young(server),
  }));
  return { measured, peers: new Peers(serving, measured), own: ownFigures(backend.sources), forecast };
}

/** Those that are ready on every load balancer that answers. */
function servingIn({ backend, snapshot }: BackendFacts): ServerName[] {
  const ready = new Map<ServerName, boolean>();
  for (const { servers } of snapshot.views) {
    for (const { id, admin } of servers) {
      if (id.backend !== backend.name) continue;
      ready.set(id.server, admin === 'ready' && (ready.get(id.server) ?? true));
    }
  }
  return backend.servers.flatMap(({ name }) => (ready.get(name) === true ? [name] : []));
}

/** When each server's last life began. */
function lives({ backend, records, measured }: BackendFacts): (server: ServerName) => number | null {
  const rejuvenations = lastRejuvenations(records, backend.name);
  return (server) =>
    laterOf(measured.youngSince({ backend: backend.name, server }), rejuvenations.get(server) ?? null);
}

/** When its last life began: its host or application started, or its last rejuvenation ended. Null: nobody knows. */
export function youngSince(records: Records, measured: Measurements, server: ServerId): number | null {
  return laterOf(measured.youngSince(server), lastRejuvenatedAt(records, server));
}

function laterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function heldBefore(aged: readonly Aged[], { severity, text }: AgingRule): ServerFacts['before'] {
  const held = aged.find((one) => one.severity === severity && one.rule === text);
  return held === undefined ? null : { verdict: 'holds', since: held.since };
}
