import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import { serverRecord } from '../../domain/records.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { AdmissionFacts } from '../admission-facts.ts';
import { setByHand } from '../keeping.ts';
import { ownerOf } from '../ownership.ts';
import { describeRow, isServing } from '../serving.ts';
import { roleMisfit } from '../standing.ts';

/** A backend whose roles were never settled waits for a person; where all serve, there is nothing to settle. */
export function unsettledProblems({ backend, snapshot, records }: AdmissionFacts): RejuvError[] {
  if (backend.mode === 'active-active') return [];
  const problem = backend.servers
    .map((server) => ({ id: { backend: backend.name, server: server.name }, role: server.role }))
    .filter(({ id }) => serverRecord(records, id).role === null)
    .map(({ id, role }) => roleMisfit(snapshot, id, role))
    .find((misfit) => misfit !== null);
  return problem === undefined
    ? []
    : [new RejuvError('backend-unsettled', { backend: backend.name, problem })];
}

export function targetProblems(target: ServerId, { snapshot, records }: AdmissionFacts): RejuvError[] {
  const record = serverRecord(records, target);
  if (record.hold !== null) {
    const since = new Date(record.hold.since).toISOString();
    return [new RejuvError('held', { ...target, since, problem: record.hold.reason })];
  }
  return rowsOf(snapshot, target).flatMap(({ view, row }) => {
    if (row.admin === 'ready') return [];
    const owner = ownerOf(row, view.process, record.intents[view.name]);
    const facts = { ...target, admin: row.admin, loadBalancer: view.name };
    if (owner === 'person') return [new RejuvError('owned-by-person', facts)];
    if (owner === 'agent') return [new RejuvError('owned-by-agent', facts)];
    const problem = `${view.name} has it as ${describeRow(row)}`;
    return [new RejuvError('server-not-serving', { ...target, problem })];
  });
}

/** Only a server with a health check can be proven well. */
export function checkProblems(target: ServerId, { backend, snapshot }: AdmissionFacts): RejuvError[] {
  if (backend.allowUnchecked) return [];
  return rowsOf(snapshot, target)
    .filter(({ row }) => !row.check.enabled)
    .map(({ view }) => new RejuvError('no-checks', { ...target, loadBalancer: view.name }));
}

/** What a person has set since is that person's, until a person asks for something else. */
export function handProblems(target: ServerId, { snapshot, records }: AdmissionFacts): RejuvError[] {
  return rowsOf(snapshot, target)
    .filter(({ view, row }) => setByHand(view, row, records))
    .map(({ view, row }) => {
      const facts = { ...target, admin: row.admin, loadBalancer: view.name };
      return new RejuvError('owned-by-person', facts);
    });
}

/** A ladder takes the server out: one that serves somewhere is not failed. */
export function recoveryProblems(target: ServerId, { backend, snapshot }: AdmissionFacts): RejuvError[] {
  const { faults, probe, name } = backend;
  const problems: RejuvError[] = [];
  if (faults === null || probe === null || faults.recover.length === 0) {
    problems.push(new RejuvError('no-ladder', { backend: name }));
  }
  const serving = rowsOf(snapshot, target).find(({ row }) => isServing(row, backend.allowUnchecked));
  if (serving !== undefined) {
    problems.push(new RejuvError('not-failed', { ...target, loadBalancer: serving.view.name }));
  }
  return problems;
}
