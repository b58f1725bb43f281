import type { BackendSettings, Settings } from '../domain/settings.ts';

/** The fields that a running sidecar cannot change: its records and its own socket. In the words of the file. */
export function restartNeeded(old: Settings, next: Settings): string[] {
  return [
    ...(old.stateDirectory === next.stateDirectory ? [] : ['state']),
    ...(same(old.listen, next.listen) ? [] : ['listen']),
  ];
}

/** What is different, one sentence each, in the order of the file; empty: nothing. Pure. */
export function changesBetween(old: Settings, next: Settings): string[] {
  const { backends: before, ...oldRest } = old;
  const { backends: after, ...nextRest } = next;
  return [
    ...changedKeys(oldRest, nextRest).map((key) => `${written(key)} changed`),
    ...listChanges('backend', before, after),
    ...after.flatMap((backend) => {
      const earlier = before.find(({ name }) => name === backend.name);
      return earlier === undefined ? [] : backendChanges(earlier, backend);
    }),
  ];
}

function backendChanges(old: BackendSettings, next: BackendSettings): string[] {
  const { servers: before, ...oldRest } = old;
  const { servers: after, ...nextRest } = next;
  const changed = after.filter((server) => {
    const earlier = before.find(({ name }) => name === server.name);
    return earlier !== undefined && !same(earlier, server);
  });
  return [
    ...changedKeys(oldRest, nextRest).map((key) => `backend ${next.name}: ${written(key)} changed`),
    ...listChanges('server', before, after).map((change) => `backend ${next.name}: ${change}`),
    ...changed.map(({ name }) => `backend ${next.name}: server ${name} changed`),
  ];
}

interface Named {
  readonly name: string;
}

function listChanges(what: string, before: readonly Named[], after: readonly Named[]): string[] {
  const missing = (from: readonly Named[], { name }: Named): boolean =>
    !from.some((one) => one.name === name);
  return [
    ...after.filter((one) => missing(before, one)).map(({ name }) => `${what} ${name} came`),
    ...before
      .filter((one) => missing(after, one))
      .map(({ name }) => `${what} ${name} left: from now on it is left alone`),
  ];
}

function changedKeys<T extends object>(old: T, next: T): string[] {
  const oldValues = new Map<string, unknown>(Object.entries(old));
  return Object.entries(next).flatMap(([key, value]) => (same(oldValues.get(key), value) ? [] : [key]));
}

/** Settings are plain and frozen, and both were made by the same code, so their texts are equal when they are. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The key of the file for one of the settings: `pollMs` is written `poll`. */
function written(key: string): string {
  return key.replace(/Ms$/, '');
}
