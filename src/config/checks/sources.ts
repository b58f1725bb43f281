import { haproxySourceName } from '../../domain/sources.ts';
import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';
import { staleFactor, type SourceDraft } from '../sources.ts';
import { checkAuth } from './source-auth.ts';
import { checkDoubled } from './source-figures.ts';
import { checkMetric } from './source-metrics.ts';

/** Every source has one place, answers in time, and gives figures that nothing else gives. */
export function checkSources(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => {
    const path = ['backends', name, 'sources'];
    return [
      ...Object.entries(backend.sources).flatMap(([source, written]) =>
        checkSource([...path, source], source, written),
      ),
      ...checkLoginsThere(name, backend),
      ...checkDoubled(path, backend),
    ];
  });
}

const placeKeys = ['exporter', 'prometheus', 'ssh'] as const;

function checkSource(path: Path, name: string, source: SourceDraft): Finding[] {
  const kinds = placeKeys.filter((key) => source[key] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const message =
      kind === undefined
        ? `source ${name} says nowhere what is asked`
        : `source ${name} has ${kinds.join(' and ')}, and can have one`;
    return [
      { path, at: 'key', message, fix: 'write one of `exporter`, `prometheus`, `ssh`', reliesOn: [path] },
    ];
  }
  return [
    ...checkName(path, name),
    ...checkTimes(path, name, source),
    ...checkNothing(path, name, source, kind),
    ...checkAuth(path, source, kind),
    ...Object.entries(source.metrics).flatMap(([figure, metric]) =>
      checkMetric([...path, 'metrics', figure], figure, metric, kind),
    ),
  ];
}

function checkName(path: Path, name: string): Finding[] {
  if (name === haproxySourceName) {
    const message = `source ${name} would be taken for HAProxy itself, whose figures are there without a source`;
    return [{ path, at: 'key', message, fix: 'choose another name' }];
  }
  if (/^[A-Za-z0-9_.-]{1,60}$/.test(name)) return [];
  const message = `${JSON.stringify(name)} is not a name for a source`;
  return [{ path, at: 'key', message, fix: 'use up to 60 letters, digits and - _ .' }];
}

function checkTimes(path: Path, name: string, { every, timeout, stale }: SourceDraft): Finding[] {
  const relied = (['every', 'timeout', 'stale'] as const).map((key) => [...path, key]);
  const finding = (key: string, message: string, fix: string): Finding[] => [
    { path: [...path, key], at: 'value', message, fix, reliesOn: relied },
  ];
  if (timeout > every) {
    return finding(
      'timeout',
      `source ${name} may take longer for an answer than from one question to the next`,
      'lower `timeout`, or raise `every`',
    );
  }
  if (stale === undefined || stale >= every + timeout) return [];
  return finding(
    'stale',
    `figures of source ${name} would be stale before the next answer has to be there`,
    `write at least \`every\` and \`timeout\` together; left out, it is ${staleFactor} times \`every\``,
  );
}

/** A source that gives nothing, or that has a key of another kind. */
function checkNothing(
  path: Path,
  name: string,
  source: SourceDraft,
  kind: (typeof placeKeys)[number],
): Finding[] {
  const { only, metrics, ssh } = source;
  if (only !== undefined && (kind === 'prometheus' || ssh === 'commands')) {
    const message = `source ${name} gives no built-in figures that \`only\` could pick`;
    return [{ path: [...path, 'only'], at: 'key', message, fix: 'leave `only` out' }];
  }
  if (Object.keys(metrics).length > 0 || kind === 'exporter' || ssh === 'proc') return [];
  const message = `source ${name} has no \`metrics\`, so it gives nothing`;
  const fix =
    kind === 'prometheus'
      ? 'add `metrics: { latency.p95: { query: "…" } }`'
      : 'add `metrics: { heap: { run: "…", unit: bytes } }`';
  return [{ path, at: 'key', message, fix, reliesOn: [[...path, 'metrics']] }];
}

function checkLoginsThere(name: string, { sources, servers }: BackendDraft): Finding[] {
  const asking = Object.entries(sources).find(([, { ssh }]) => ssh !== undefined)?.[0];
  if (asking === undefined) return [];
  return Object.entries(servers).flatMap(([server, { ssh }]): Finding[] => {
    if (ssh !== undefined) return [];
    const path = ['backends', name, 'servers', server];
    return [
      {
        path,
        at: 'key',
        message: `server ${name}/${server} has no \`ssh\`, and source ${asking} logs in to every server`,
        fix: `write \`${server}: { ssh: host }\``,
        reliesOn: [
          [...path, 'ssh'],
          ['backends', name, 'sources', asking],
        ],
      },
    ];
  });
}
