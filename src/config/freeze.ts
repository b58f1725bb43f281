import type { CapacitySettings } from '../domain/capacity.ts';
import { backendName, loadBalancerName, serverName } from '../domain/names.ts';
import type { Action, BackendSettings, GoAhead, HandOver, Settings, Side } from '../domain/settings.ts';
import { blockersOf } from './blockers.ts';
import { calendarOf } from './calendar.ts';
import { entryOf } from './entry.ts';
import { faultsOf } from './faults.ts';
import type { BackendDraft, Draft } from './fields.ts';
import { rulesOf } from './rules.ts';
import { sourcesOf } from './sources.ts';
import { addressOf, loginOf } from './ssh-login.ts';

/** Last stage: a draft without problems as the frozen settings. */
export function freeze(draft: Draft): Settings {
  return deepFreeze({
    loadBalancers: Object.entries(draft.loadBalancers).map(([name, { socket, master }]) => ({
      name: loadBalancerName(name),
      socket: addressOf(draft.ssh, socket),
      master: master === undefined ? null : addressOf(draft.ssh, master),
    })),
    stateDirectory: draft.state,
    listen:
      typeof draft.listen === 'string'
        ? { path: draft.listen, group: null }
        : { path: draft.listen.path, group: draft.listen.group ?? null },
    pollMs: draft.poll,
    oldWorkersGoneMs: draft.oldWorkersGone,
    whenOneIsDown: draft.whenOneIsDown,
    onAlert: draft.onAlert ?? null,
    calendar: calendarOf(draft.calendar),
    backends: Object.entries(draft.backends).map(([name, backend]) => backendOf(draft, name, backend)),
  });
}

function backendOf(draft: Draft, name: string, backend: BackendDraft): BackendSettings {
  const { probe, spare, drain } = backend;
  return {
    name: backendName(name),
    mode: backend.mode,
    minServing: backend.minServing,
    allowUnchecked: backend.allowUnchecked,
    servers: Object.entries(backend.servers).map(([server, { ssh, role, sameHost }]) => ({
      name: serverName(server),
      ssh: ssh === undefined ? null : loginOf(draft.ssh, ssh),
      role,
      sameHost,
    })),
    probe:
      probe === undefined
        ? null
        : {
            url: probe.http,
            expect: probe.expect,
            passes: probe.passes,
            everyMs: probe.every,
            timeoutMs: probe.timeout,
            deadlineMs: probe.deadline,
          },
    spare: { start: spare.start ?? null, stop: spare.stop ?? null, deadlineMs: spare.deadline },
    duplex: backend.duplex.flatMap(handOverOf),
    drain: { persistenceMs: drain.persistence, deadlineMs: drain.deadline, atDeadline: drain.atDeadline },
    actions: backend.actions.flatMap(actionOf),
    ...entryOf(backend),
    schedule: backend.schedule.map(({ cron, timeZone, pick, when, defer, catchUp }) => ({
      cron,
      timeZone,
      pick: pick === 'longest-running' ? pick : serverName(pick),
      when: when?.condition ?? null,
      catchUpMs: catchUp,
      defer: defer ?? null,
    })),
    calendar: calendarOf(backend.calendar),
    faults: faultsOf(draft, backend),
    sources: sourcesOf(backend),
    rules: rulesOf(backend),
    blockers: blockersOf(draft, backend),
    capacity: capacityOf(backend),
    goAhead: backend.goAhead === undefined ? null : goAheadOf(backend.goAhead),
  };
}

function handOverOf({ run, copy, request }: BackendDraft['duplex'][number]): HandOver[] {
  if (run !== undefined) {
    return [{ kind: 'run', on: sideOf(run.on), command: run.command, deadlineMs: run.deadline }];
  }
  if (copy !== undefined) return [{ kind: 'copy', from: copy.from, to: copy.to, deadlineMs: copy.deadline }];
  if (request === undefined) return [];
  const { on, path, times, deadline } = request;
  return [{ kind: 'request', on: sideOf(on), path, times, deadlineMs: deadline }];
}

/** Two words for one side: a receiver is a spare that serves. */
function sideOf(written: Side | 'receiver'): Side {
  return written === 'receiver' ? 'spare' : written;
}

function actionOf({ run, reboot }: BackendDraft['actions'][number]): Action[] {
  if (run !== undefined) {
    return [{ kind: 'run', command: run.command, deadlineMs: run.deadline, once: run.once }];
  }
  if (reboot === undefined) return [];
  return [{ kind: 'reboot', command: reboot.command, deadlineMs: reboot.deadline }];
}

function capacityOf({ capacity }: BackendDraft): CapacitySettings | null {
  return capacity === undefined ? null : { ...capacity, headroom: capacity.headroom ?? 0 };
}

function goAheadOf({ run, http }: NonNullable<BackendDraft['goAhead']>): GoAhead | null {
  if (run !== undefined) return { kind: 'run', command: run.command, deadlineMs: run.deadline };
  if (http === undefined) return null;
  return { kind: 'http', url: http.url, expect: http.expect, deadlineMs: http.deadline };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
