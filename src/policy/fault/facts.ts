import { openFault, serverFaults } from '../../domain/fault-records.ts';
import { isFault } from '../../domain/fault.ts';
import { sameServer, type ServerId, type ServerName } from '../../domain/names.ts';
import { phases, takesSpare, type Operation } from '../../domain/operation.ts';
import { holderOf, holdersOf, serverRecord, type Records } from '../../domain/records.ts';
import {
  findServer,
  type BackendSettings,
  type FaultSettings,
  type ServerSettings,
} from '../../domain/settings.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import { floorOf } from '../floor.ts';
import { spareProblem } from '../choice.ts';
import { handsAway, handsOn } from '../keeping.ts';
import { ownerOf } from '../ownership.ts';
import { floorProblem, servingCount } from '../serving.ts';
import { roleOf } from '../standing.ts';
import { stoppedByPerson, takenOutAlone } from './after-failover.ts';
import { putBackTried, takeOversTried, waits } from './again.ts';
import type { FaultFacts } from './decision.ts';
import { flapOf } from './flap.ts';
import type { SpareFacts } from './replacement.ts';
import { stormOf, type Storm } from './storm.ts';
import type { Judgement } from './verdict.ts';

/** What the sidecar knows, from which the facts about one server are taken. */
export interface Known {
  readonly backend: BackendSettings;
  readonly settings: FaultSettings;
  readonly snapshot: Snapshot;
  readonly records: Records;
  readonly judgementOf: (server: ServerId) => Judgement | null;
  readonly now: number;
}

/** The storm of a backend, by its recorded faults. */
export function stormIn({ backend, settings, records, now }: Known): Storm {
  return stormOf({
    settings: settings.storm,
    servers: backend.servers.map(({ name }) => ({
      name,
      faults: serverFaults(records.faults, { backend: backend.name, server: name }).faults,
    })),
    endedAt: records.faults.storms[backend.name]?.endedAt ?? null,
    now,
  });
}

/** The facts for `decide`; null while nobody has looked at the server yet. Pure. */
export function faultFacts(known: Known, server: ServerId): FaultFacts | null {
  const { settings, snapshot, records, backend, now } = known;
  const judgement = known.judgementOf(server);
  if (judgement === null) return null;
  const faults = serverFaults(records.faults, server);
  const record = serverRecord(records, server);
  const holder = holderNow(records, server);
  return {
    now,
    server,
    judgement,
    settings,
    storm: stormIn(known),
    flap: flapOf(faults.recoveries, settings.flap, now),
    quarantined: faults.quarantine !== null,
    held: record.hold?.reason ?? null,
    unreplaced: unreplacedFault(known, server),
    away: snapshot.gaps[0]?.name ?? null,
    putBack: putBackTried(records, server),
    stopped: stoppedByPerson(records, server),
    takenOutAlone: takenOutAlone(records, server),
    leftService: leftService(snapshot, server),
    leavesByHand: handsOn(snapshot, records, server).some(({ admin }) => admin !== 'ready'),
    pause: records.pause,
    operation:
      holder === null
        ? null
        : {
            id: holder.id,
            byFault: holder.trigger === 'fault',
            takesSpare: takesSpare(holder.kind),
            wayBack: phases[holder.phase].wayBack,
            repairs: holder.kind === 'recovery' && sameServer(holder, server),
          },
    mode: backend.mode,
    spares: sparesFor(known, server),
    tooFew: tooFew(known, server),
    floorProblem: floorProblem(snapshot, server, floorOf(backend))?.message ?? null,
  };
}

function tooFew({ snapshot, backend }: Known, { server: failed }: ServerId): string | null {
  const floor = floorOf(backend);
  const others = { ...floor, servers: floor.servers.filter((name) => name !== failed) };
  const left = servingCount(snapshot, backend.name, others);
  if (left === null || left >= floor.minimum) return null;
  return `${left} server(s) are left that serve, and minServing is ${floor.minimum}`;
}

/** With a gap nobody knows; and where the watch has nobody's word, it takes a primary for one in service. */
function leftService(snapshot: Snapshot, server: ServerId): boolean {
  const rows = rowsOf(snapshot, server);
  return snapshot.gaps.length === 0 && rows.length > 0 && rows.every(({ row }) => row.admin === 'maint');
}

function sparesFor(known: Known, failed: ServerId): SpareFacts[] {
  const { backend, snapshot, records, judgementOf } = known;
  const failures = failuresOfSpares(known, failed);
  const receiver = serverFaults(records.faults, failed).checkpoint?.receiver ?? null;
  return backend.servers.flatMap((server): SpareFacts[] => {
    const id = { backend: backend.name, server: server.name };
    if (sameServer(id, failed) || roleOf(records, backend, server) !== 'spare') return [];
    const holder = holderOf(records, id);
    const judgement = judgementOf(id);
    const quarantined = serverFaults(records.faults, id).quarantine !== null;
    return [
      {
        name: server.name,
        verdict: judgement?.verdict ?? 'unknown',
        asleep: judgement?.duty !== 'warm',
        problem: quarantined
          ? 'is quarantined'
          : (spareProblemBut(snapshot, records, id, holder) ?? failures.get(server.name) ?? null),
        takenBy: holder === null ? null : { id: holder.id, yields: yields(holder) },
        hasCheckpoint: receiver === server.name,
        verifiedAt: serverRecord(records, id).verifiedAt,
      },
    ];
  });
}

/** Spares that did not take over in an earlier try at this fault: the next one is taken, and these wait for a while. */
function failuresOfSpares({ records, now }: Known, failed: ServerId): Map<ServerName, string> {
  return new Map(
    [...takeOversTried(records, failed)].flatMap(([name, tried]) => {
      if (!waits(tried, now)) return [];
      const { operation, reason, againAt } = tried;
      const when = new Date(againAt).toISOString();
      return [[name, `did not take over in operation ${operation}: ${reason} (tried again at ${when})`]];
    }),
  );
}

/** Who has taken it is judged apart; and the states that a plan has given it go with the plan. */
function spareProblemBut(
  snapshot: Snapshot,
  records: Records,
  id: ServerId,
  holder: Operation | null,
): string | null {
  const views = holder !== null && yields(holder) ? [] : snapshot.views;
  return spareProblem({ ...snapshot, views }, { ...records, operations: [] }, id);
}

/**
 * The fault for which a primary is out, in maint by rejuv, with nobody in its place; null: it is not. One that a person
 * holds is that person's. One that was away meanwhile may have it in service still.
 */
function unreplacedFault({ backend, snapshot, records }: Known, id: ServerId): FaultFacts['unreplaced'] {
  const verdict = openFault(serverFaults(records.faults, id))?.verdict ?? 'well';
  const server = findServer(backend, id.server);
  if (!isFault(verdict) || server === undefined || roleOf(records, backend, server) !== 'primary')
    return null;
  const { hold, intents } = serverRecord(records, id);
  if (hold !== null && !hold.failed) return null;
  const rows = rowsOf(snapshot, id);
  const out = rows.filter(({ row }) => row.admin === 'maint');
  const ours = out.every(({ view, row }) => ownerOf(row, view.process, intents[view.name]) === 'rejuv');
  const rest = rows.every(({ row }) => row.admin !== 'drain');
  const left = handsAway(snapshot, records, id).some(({ admin }) => admin !== 'ready');
  return out.length > 0 && ours && rest && !left ? verdict : null;
}

/**
 * Whether rejuv's last word about a primary is maint, on some load balancer, seen or not, or an operation is about to take
 * it out, or puts it back: in drain HAProxy shows it up before it has checked it. Pure.
 */
export function takenOut(records: Records, backend: BackendSettings, server: ServerSettings): boolean {
  const id = { backend: backend.name, server: server.name };
  const { intents } = serverRecord(records, id);
  const out = Object.values(intents).some(({ to, yielded }) => to === 'maint' && !yielded);
  const holder = holderOf(records, id);
  const leaving = holder?.kind === 'failover' && sameServer(holder, id);
  const returning = holder?.kind === 'ready' || holder?.kind === 'recovery';
  return (out || leaving || returning) && roleOf(records, backend, server) === 'primary';
}

/**
 * The open operation that has a server that fails. A spare that an operation past its first action has put in the place
 * of its server is on its own, a primary: what is still to come acts on that server alone. One that gives its place back
 * to a server that was repaired is about to be relieved by that. Pure.
 */
export function holderNow(records: Records, id: ServerId): Operation | null {
  const holders = holdersOf(records, id).filter((one) => {
    const own = one.backend === id.backend && one.server === id.server;
    return own || one.kind === 'recovery' || phases[one.phase].wayBack;
  });
  // Where its place is taken while it is repaired, that is what is done about its fault.
  return holders.find(({ kind }) => kind !== 'recovery') ?? holders[0] ?? null;
}

/** A planned operation that has moved no traffic yet gives its spare to a fault. */
function yields({ trigger, kind, phase }: Operation): boolean {
  return trigger !== 'fault' && takesSpare(kind) && phases[phase].wayBack;
}
