import { serverFaults } from '../domain/fault-records.ts';
import { formatServerId, type ServerId } from '../domain/names.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { BackendSettings, Settings } from '../domain/settings.ts';
import type { Finding, ServerStatus } from '../domain/status.ts';
import { putBackTried } from '../policy/fault/again.ts';
import { checkpointStanding } from '../policy/fault/checkpoint-age.ts';
import { describeTries } from '../policy/fault/decide.ts';
import { describeFact, type Judgement } from '../policy/fault/verdict.ts';
import { roleOf } from '../policy/standing.ts';

/** What the watch makes of a server. */
export function watchStatus({ verdict, since, facts }: Judgement): ServerStatus['watch'] {
  return { verdict, since: iso(since), evidence: facts.map(describeFact) };
}

/** The last whole checkpoint of a server, and why the last try made none. */
export function checkpointStatus(
  backend: BackendSettings,
  records: Records,
  server: ServerId,
  now: number,
): ServerStatus['checkpoint'] {
  const settings = backend.faults?.checkpoint ?? null;
  if (settings === null) return null;
  const faults = serverFaults(records.faults, server);
  const { ageMs } = checkpointStanding(server, faults, settings, now, now);
  const { checkpoint, checkpointFailure } = faults;
  return {
    madeAt: checkpoint === null ? null : iso(checkpoint.at),
    ageSeconds: ageMs === null ? null : Math.round(ageMs / 1_000),
    on: checkpoint?.receiver ?? null,
    failure: checkpointFailure?.message ?? null,
  };
}

/** Checkpoints of primaries that are too old, or could not be made at all; servers in quarantine, or put back in vain. */
export function faultFindings(settings: Settings, records: Records, now: number): Finding[] {
  return settings.backends.flatMap((backend) =>
    backend.servers.flatMap((server): Finding[] => {
      const id = { backend: backend.name, server: server.name };
      const faults = serverFaults(records.faults, id);
      const checkpoint = backend.faults?.checkpoint ?? null;
      const wanted = checkpoint !== null && roleOf(records, backend, server) === 'primary';
      const { problem } = wanted ? checkpointStanding(id, faults, checkpoint, now, now) : { problem: null };
      const where = formatServerId(id);
      const old: Finding[] =
        problem === null
          ? []
          : [{ at: null, severity: 'warning', where, message: problem.message, fix: problem.fix }];
      const { quarantine } = faults;
      if (quarantine === null) return [...old, ...inVain(records, id)];
      const message = `${where} is quarantined: ${quarantine.reason}`;
      const fix = `find the cause, then \`rejuv ready ${where}\``;
      return [...old, { at: iso(quarantine.since), severity: 'alert', where, message, fix }];
    }),
  );
}

/** It passes its probe, and could not be put back: what went wrong, and when it is tried again. */
function inVain(records: Records, server: ServerId): Finding[] {
  const tried = putBackTried(records, server);
  const { role, hold } = serverRecord(records, server);
  // Replaced or held since, it is not tried again.
  if (tried === null || role === 'spare' || hold !== null) return [];
  const where = formatServerId(server);
  const message = `${where} is out: ${describeTries(tried)}`;
  const fix = `find the cause, then \`rejuv ready ${where}\`; \`rejuv history ${tried.operation}\` has the steps`;
  return [{ at: iso(tried.endedAt), severity: 'alert', where, message, fix }];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
