import type { AgingEvent } from '../../domain/aging-event.ts';
import type { RuleJudgement } from '../../domain/aging.ts';
import { parseServerId, type ServerId } from '../../domain/names.ts';
import { serverRecord, type Aged, type Records } from '../../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import { lastRejuvenatedAt } from '../last-rejuvenation.ts';

/**
 * What is to be recorded now: rules that have begun to hold, and those that do not any more. What is unknown ends
 * nothing. Pure.
 */
export function agingChanges(
  records: Records,
  server: ServerId,
  judgements: readonly RuleJudgement[],
  now: number,
): AgingEvent[] {
  const { aged } = serverRecord(records, server);
  const ended = aged.flatMap((held): AgingEvent[] => {
    const because = whyOver(held, judgements, lastRejuvenatedAt(records, server));
    if (because === null) return [];
    const { severity, rule } = held;
    return [{ type: 'aged-over', at: now, server, severity, rule, evidence: because }];
  });
  const begun = judgements.flatMap(({ rule, verdict, evidence }): AgingEvent[] => {
    const { severity, text } = rule;
    const known = aged.some((one) => one.severity === severity && one.rule === text);
    const over = ended.some((one) => one.severity === severity && one.rule === text);
    if (verdict !== 'holds' || (known && !over)) return [];
    return [{ type: 'aged', at: now, server, severity, rule: text, evidence: evidence() }];
  });
  return [...ended, ...begun];
}

/** Null: it holds on, as far as anybody can tell. */
function whyOver(
  held: Aged,
  judgements: readonly RuleJudgement[],
  rejuvenatedAt: number | null,
): string | null {
  if (rejuvenatedAt !== null && rejuvenatedAt >= held.since) return 'it was rejuvenated';
  const now = judgements.find(({ rule }) => rule.severity === held.severity && rule.text === held.rule);
  if (now === undefined) return 'the rule has left the config file';
  return now.verdict === 'fails' || now.verdict === 'waiting' ? now.evidence() : null;
}

/** What is judged: the servers and rules of one backend. */
type Judged = Pick<BackendSettings, 'name' | 'rules'> & {
  readonly servers: readonly Pick<ServerSettings, 'name'>[];
};

/** Rules that hold by the records, and that nothing judges any more: they would hold for ever. Pure. */
export function orphanedRules(records: Records, backends: readonly Judged[], now: number): AgingEvent[] {
  return Object.entries(records.servers).flatMap(([name, { aged }]) => {
    const server = aged.length === 0 ? null : parseServerId(name);
    if (server === null) return [];
    const home = backends.find((one) => one.name === server.backend);
    const known = home?.servers.some((one) => one.name === server.server) ?? false;
    const rules = known ? (home?.rules ?? []) : [];
    return aged
      .filter((held) => !rules.some((one) => one.severity === held.severity && one.text === held.rule))
      .map(({ severity, rule }): AgingEvent => {
        const evidence = known ? 'the rule has left the config file' : 'the server has left the config file';
        return { type: 'aged-over', at: now, server, severity, rule, evidence };
      });
  });
}
