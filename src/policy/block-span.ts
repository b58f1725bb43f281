import type { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import { takesSpare } from '../domain/operation.ts';
import { findOperation, openOperations, serverRecord } from '../domain/records.ts';
import { rowsOf } from '../domain/snapshot.ts';
import type { AdmissionFacts } from './admission-facts.ts';
import { freezeAt } from './calendar/gates.ts';
import { openings } from './calendar/openings.ts';

/** From when until when a gate refuses, Unix milliseconds; null: not known, or not by itself. */
export interface BlockSpan {
  readonly since: number | null;
  readonly until: number | null;
}

const unknownSpan: BlockSpan = { since: null, until: null };

/** How far back a closed window is looked for: it opens weekly at least. */
const windowsBackMs = 8 * 86_400_000;

/** Since when a gate refuses, and when it stops by itself, as far as records, calendar and snapshot tell. Pure. */
export function blockSpan({ code, facts: told }: RejuvError, facts: AdmissionFacts): BlockSpan {
  const { records, snapshot, freezes, settings, backend } = facts;
  const target: ServerId = { backend: backend.name, server: facts.server.name };
  const until = instantIn(told['until']);
  switch (code) {
    case 'held':
      return { since: serverRecord(records, target).hold?.since ?? null, until: null };
    case 'paused':
      return { since: records.pause?.since ?? null, until: records.pause?.until ?? null };
    case 'backend-busy':
    case 'server-busy':
      return { since: findOperation(records, String(told['id']))?.startedAt ?? null, until: null };
    case 'at-once': {
      const open = openOperations(records).filter(({ kind }) => takesSpare(kind));
      // The limit is reached since the last of them began.
      return { since: latest(open.map(({ startedAt }) => startedAt)), until: null };
    }
    case 'frozen': {
      const both = [freezes.all, freezes.own].map((some) => freezeAt(some, snapshot.at));
      const freeze = both.find((one) => one !== null && one.untilAt === until);
      return { since: freeze?.fromAt ?? null, until };
    }
    case 'outside-window': {
      const calendar = told['scope'] === 'all backends' ? settings.calendar : backend.calendar;
      const past = openings([calendar.windows], snapshot.at - windowsBackMs, snapshot.at);
      return { since: past.at(-1)?.untilAt ?? null, until: instantIn(told['next']) };
    }
    case 'alert-firing':
    case 'deploying':
      return { since: instantIn(told['since']), until };
    case 'no-capacity':
      return { since: null, until };
    case 'spacing': {
      const calendar = told['scope'] === 'all backends' ? settings.calendar : backend.calendar;
      return { since: until === null ? null : until - calendar.spacingMs, until };
    }
    case 'old-workers': {
      const view = snapshot.views.find(({ name }) => name === told['loadBalancer']);
      return { since: view === undefined ? null : view.process.startedAtSeconds * 1000, until };
    }
    case 'owned-by-person':
    case 'owned-by-agent':
      return { since: putSince(facts, target, told['loadBalancer']), until: null };
    default:
      return unknownSpan;
  }
}

/** In maint nothing but a person, or a tool, changes the state; in drain an up or a down may have been later. */
function putSince({ snapshot }: AdmissionFacts, target: ServerId, loadBalancer: unknown): number | null {
  const seen = rowsOf(snapshot, target).find(({ view }) => view.name === loadBalancer);
  if (seen === undefined || seen.row.admin !== 'maint') return null;
  return seen.view.at - seen.row.secondsSinceChange * 1000;
}

function latest(instants: readonly number[]): number | null {
  return instants.length === 0 ? null : Math.max(...instants);
}

function instantIn(fact: string | number | undefined): number | null {
  const at = typeof fact === 'string' ? Date.parse(fact) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
