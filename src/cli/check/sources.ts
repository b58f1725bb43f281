import { isBuiltIn } from '../../domain/figure.ts';
import type { ServerSettings } from '../../domain/settings.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import type { MetricTarget } from '../../domain/seams.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { SourceSettings } from '../../domain/sources.ts';
import type { ExaminableSource, Look } from '../../io/metrics/look.ts';
import { eachOf } from './deadline.ts';
import { failed, found, notExamined, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

const group = 'sources';

/** Questions at a time: a Prometheus is asked about every server. */
const atOnce = 16;

/** Takes longer than this share of its timeout: one day it will take too long. */
const slowShare = 0.5;

/** Asks each source once about each server, and says what it gives and what not. It changes nothing. */
export async function examineSources(
  subject: Subject,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Finding[]> {
  const perBackend = await Promise.all(
    subject.settings.backends.map(async (backend) => await ofBackend(subject, backend, snapshot, signal)),
  );
  return perBackend.flat();
}

async function ofBackend(
  subject: Subject,
  backend: BackendSettings,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { clock } = subject;
  const answers = await Promise.all(
    backend.sources.map(async (settings) => {
      const source = subject.sourceOf(settings);
      try {
        return await eachOf(backend.servers, atOnce, async (server): Promise<Answer> => {
          const target = targetOf(backend, server, snapshot);
          if (target === null) return { settings, server, startedMs: 0, look: null, thrown: null };
          const before = clock.monotonic();
          const asked = await ask(source, target, signal);
          return { settings, server, startedMs: clock.monotonic() - before, ...asked };
        });
      } finally {
        await source.close();
      }
    }),
  );
  const all = answers.flat();
  return [
    ...all.flatMap((answer) => findingsOf(backend, answer)),
    ...backend.servers.flatMap((server) =>
      doubled(
        backend,
        all.filter((one) => one.server === server),
      ),
    ),
  ];
}

interface Answer {
  readonly settings: SourceSettings;
  readonly server: ServerSettings;
  readonly startedMs: number;
  /** Null, with nothing thrown: no load balancer knows where the server is. */
  readonly look: Look | null;
  readonly thrown: unknown;
}

async function ask(
  source: ExaminableSource,
  target: MetricTarget,
  signal: AbortSignal,
): Promise<Pick<Answer, 'look' | 'thrown'>> {
  try {
    return { look: await source.look(target, signal), thrown: null };
  } catch (thrown) {
    signal.throwIfAborted();
    return { look: null, thrown };
  }
}

function targetOf(backend: BackendSettings, server: ServerSettings, snapshot: Snapshot): MetricTarget | null {
  const id = { backend: backend.name, server: server.name };
  const [place] = rowsOf(snapshot, id);
  return place === undefined
    ? null
    : { id, address: place.row.address, port: place.row.port, ssh: server.ssh };
}

function findingsOf(
  backend: BackendSettings,
  { settings, server, startedMs, look, thrown }: Answer,
): Finding[] {
  const where = `${backend.name}/${server.name}, ${settings.name}`;
  if (thrown !== null) return [failed(group, where, thrown)];
  if (look === null) {
    return [notExamined(group, where, 'no load balancer says where this server is', null)];
  }
  const figures = look.readings.flatMap((one) => (one.kind === 'started' ? [] : [one.figure]));
  const took = Math.round(startedMs);
  const slow = took > settings.deadlineMs * slowShare;
  return [
    figures.length === 0
      ? found(
          'error',
          group,
          where,
          'it answers, and gives no figure',
          'name some under `metrics`, or leave the source out',
        )
      : found('ok', group, where, `gives ${figures.join(', ')}`),
    ...look.gaps.map(({ asked, problem }) =>
      asked
        ? found('error', group, where, problem, 'what rests on this figure is blocked until it is there')
        : found('note', group, where, `${problem}: that figure is not measured here`),
    ),
    ...look.remarks.map((remark) => found('warning', group, where, remark)),
    ...(slow
      ? [
          found(
            'warning',
            group,
            where,
            `it took ${took} ms, and ${settings.deadlineMs} ms is the limit`,
            'raise `timeout`, or make it answer sooner',
          ),
        ]
      : []),
  ];
}

/** Figures that two sources give for one server: only answers tell, since a page brings what it has. */
function doubled(backend: BackendSettings, answers: readonly Answer[]): Finding[] {
  const first = new Map<string, string>();
  return answers.flatMap(({ settings, server, look }) =>
    (look?.readings ?? []).flatMap((reading): Finding[] => {
      if (reading.kind === 'started') return [];
      const { figure } = reading;
      const other = first.get(figure);
      first.set(figure, settings.name);
      if (other === undefined) return [];
      const where = `${backend.name}/${server.name}, ${settings.name}`;
      const message = `${figure} comes from source ${other} as well, and their values would be taken for one another's`;
      const fix = isBuiltIn(figure)
        ? `list under \`only\` of one of the two what is taken from it, without ${figure}`
        : 'leave it out of one of the two';
      return [found('error', group, where, message, fix)];
    }),
  );
}
