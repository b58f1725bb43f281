import type { FigureName } from '../../domain/figure.ts';
import { formatServerId, type LoadBalancerName, type ServerId } from '../../domain/names.ts';
import { sameProcess, type LoadBalancerView, type ServerRow } from '../../domain/snapshot.ts';
import { rateBetween } from './rate.ts';

/** A look at both load balancers, with the rows by server. */
export type Sight = ReadonlyMap<LoadBalancerName, { readonly view: LoadBalancerView; rows: Rows }>;
type Rows = ReadonlyMap<string, ServerRow>;

export function sightOf(views: readonly LoadBalancerView[]): Sight {
  return new Map(
    views.map((view) => [
      view.name,
      { view, rows: new Map(view.servers.map((row) => [formatServerId(row.id), row])) },
    ]),
  );
}

/**
 * What HAProxy itself says of one server, all load balancers together; null: not all of them know it. Rates are there from
 * the second look at the same processes on; a new process counts anew.
 */
export function haproxyFigures(
  server: ServerId,
  now: Sight,
  before: Sight,
  longestGapMs: number,
): Map<FigureName, number> | null {
  const key = formatServerId(server);
  let [sessions, queue] = [0, 0];
  let requests: number | null = 0;
  let errors: number | null = 0;
  for (const [name, { view, rows }] of now) {
    const row = rows.get(key);
    if (row === undefined) return null;
    sessions += row.sessions;
    queue += row.queue;
    const last = before.get(name);
    const lastRow =
      last !== undefined && sameProcess(last.view.process, view.process) ? last.rows.get(key) : undefined;
    const rate = (of: (row: ServerRow) => number): number | null =>
      last === undefined || lastRow === undefined
        ? null
        : rateBetween(
            { at: last.view.at, value: of(lastRow) },
            { at: view.at, value: of(row) },
            longestGapMs,
          );
    requests = plus(
      requests,
      rate((one) => one.sessionsTotal),
    );
    errors = plus(
      errors,
      rate((one) => one.errorsTotal),
    );
  }
  const values = new Map<FigureName, number>([
    ['sessions', sessions],
    ['queue', queue],
  ]);
  if (requests !== null) values.set('requests.rate', requests);
  if (errors !== null) values.set('errors.rate', errors);
  return values;
}

function plus(sum: number | null, rate: number | null): number | null {
  return sum === null || rate === null ? null : sum + rate;
}
