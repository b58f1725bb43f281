import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { ServerId } from '../../domain/names.ts';
import { serverRecord, type Records } from '../../domain/records.ts';
import type { Measurements } from '../../domain/sample.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import { ownFigures } from '../../domain/sources.ts';
import { lastRejuvenatedAt } from '../last-rejuvenation.ts';
import type { AgingFacts, Peer } from './facts.ts';
import { judgeRule } from './judge.ts';

/** What the rules of one backend are judged by. */
export interface BackendFacts {
  readonly backend: BackendSettings;
  readonly records: Records;
  /** Of the backend, from every load balancer that answers. */
  readonly snapshot: Snapshot;
  readonly measured: Measurements;
  /** Forecasts cost a millisecond each: the loop keeps them until there are new means. */
  readonly forecast: AgingFacts['forecast'];
  readonly now: number;
}

/** What becomes of every rule of the backend for one server, in the order of the rules. Pure. */
export function judgeServer(facts: BackendFacts, server: ServerId): RuleJudgement[] {
  return facts.backend.rules.map((rule) => judgeOne(facts, server, rule));
}

/** One rule for one server; one that holds by the records goes on by its hysteresis. Pure. */
export function judgeOne(facts: BackendFacts, server: ServerId, rule: AgingRule): RuleJudgement {
  const { records, measured, forecast, now } = facts;
  return judgeRule(rule, {
    server,
    peers: peersOf(facts),
    measured,
    forecast,
    youngSince: youngSince(records, measured, server),
    own: ownFigures(facts.backend.sources),
    before: heldBefore(records, server, rule),
    now,
  });
}

/** Those that serve: ready on every load balancer that answers. */
function peersOf({ backend, snapshot, records, measured }: BackendFacts): Peer[] {
  return backend.servers
    .map(({ name }) => ({ backend: backend.name, server: name }))
    .filter((id) => {
      const rows = rowsOf(snapshot, id);
      return rows.length > 0 && rows.every(({ row }) => row.admin === 'ready');
    })
    .map((server) => ({ server, youngSince: youngSince(records, measured, server) }));
}

/** When its last life began: its host or application started, or its last rejuvenation ended. Null: nobody knows. */
export function youngSince(records: Records, measured: Measurements, server: ServerId): number | null {
  const started = measured.youngSince(server);
  const rejuvenated = lastRejuvenatedAt(records, server);
  if (started === null || rejuvenated === null) return started ?? rejuvenated;
  return Math.max(started, rejuvenated);
}

function heldBefore(records: Records, server: ServerId, rule: AgingRule): RuleJudgement | null {
  const held = serverRecord(records, server).aged.find(
    (one) => one.severity === rule.severity && one.rule === rule.text,
  );
  if (held === undefined) return null;
  const { since, evidence } = held;
  return { rule, verdict: 'holds', since, nextChangeAt: null, evidence, problem: null };
}
