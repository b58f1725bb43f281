import type { Severity } from '../../domain/aging.ts';
import { figuresIn, leavesOf } from '../../domain/condition.ts';
import { writeDuration } from '../../domain/duration.ts';
import { figuresOf, type SourceSettings } from '../../domain/sources.ts';
import { sourcesOf } from '../sources.ts';
import type { BackendDraft, Draft } from '../fields.ts';
import { formatPath, type Finding, type Path } from '../problem.ts';
import { forOf, type RuleDraft } from '../rules.ts';
import { haveInCommon, isPossible } from './possible.ts';

/** Means of five minutes are kept for a week. */
const longestForMs = 7 * 86_400_000;
/** Each of these means has a forecast of its own. */
const longestTrendMs = 6 * 3_600_000;

/** Rules lead to something, look at spans of which there are samples, and do not clear while they hold. */
export function checkRules(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => {
    const { aging, unstable } = backend;
    const sources = sourcesOf(backend);
    return [
      ...checkSomethingToDo(name, backend),
      ...aging.flatMap((rule, index) =>
        checkRule(['backends', name, 'aging', index], 'aging', rule, sources),
      ),
      ...unstable.flatMap((rule, index) =>
        checkRule(['backends', name, 'unstable', index], 'unstable', rule, sources),
      ),
    ];
  });
}

function checkSomethingToDo(name: string, { aging, unstable, actions }: BackendDraft): Finding[] {
  if (actions.length > 0) return [];
  const written = [...(aging.length > 0 ? ['aging'] : []), ...(unstable.length > 0 ? ['unstable'] : [])];
  return written.map((list) => ({
    path: ['backends', name, list],
    at: 'key',
    message: `backend ${name} has \`${list}\` but no \`actions\`, so nothing would be done`,
    fix: 'add `actions:`, such as `- reboot:`',
    reliesOn: [
      ['backends', name, list],
      ['backends', name, 'actions'],
    ],
  }));
}

function checkRule(
  path: Path,
  severity: Severity,
  rule: RuleDraft,
  sources: readonly SourceSettings[],
): Finding[] {
  return [...checkTrend(path, rule), ...checkFor(path, severity, rule, sources), ...checkClears(path, rule)];
}

function checkTrend(path: Path, rule: RuleDraft): Finding[] {
  if (leavesOf(rule.when.condition).every(({ kind }) => kind === 'compare')) return [];
  const finding = (key: 'for' | 'samples', message: string, fix: string): Finding => ({
    ...{ path: [...path, key], at: 'value', message: `${formatPath([...path, key])}: ${message}`, fix },
    reliesOn: [path],
  });
  const counted = finding(
    'samples',
    'a trend is told from days of samples at once, so there is no `samples` for it',
    'leave `samples` out, or make a rule of its own of what compares',
  );
  const long = finding('for', 'a trend is asked to hold for 6h at most', 'write such as 30m');
  return [
    ...(rule.samples === undefined ? [] : [counted]),
    ...((rule.for ?? 0) > longestTrendMs ? [long] : []),
  ];
}

function checkFor(
  path: Path,
  severity: Severity,
  rule: RuleDraft,
  sources: readonly SourceSettings[],
): Finding[] {
  const forMs = forOf(severity, rule);
  const asked = figuresIn(rule.when.condition);
  const slowest = sources
    .filter((source) => figuresOf(source).some((figure) => asked.includes(figure)))
    .toSorted((a, b) => b.everyMs - a.everyMs)[0];
  const place: Path = rule.for === undefined ? [...path, 'when'] : [...path, 'for'];
  const finding = (message: string, fix: string): Finding[] => [
    {
      ...{ path: place, at: 'value', message: `${formatPath(place)}: ${message}`, fix },
      reliesOn: [path, ['backends', String(path[1]), 'sources']],
    },
  ];
  if (forMs > longestForMs) return finding('samples are kept for a week only', 'write at most 7d');
  if (forMs === 0 || slowest === undefined || forMs >= 2 * slowest.everyMs) return [];
  const { name, everyMs } = slowest;
  return finding(
    `${writeDuration(forMs)} has less than two samples of ${name}, which is read every ${writeDuration(everyMs)}`,
    `write a \`for\` of at least ${writeDuration(2 * everyMs)}, or 0s to act on a single sample`,
  );
}

/** Where the two ask about different things, only their values can tell; where not, one look is enough. */
function checkClears(path: Path, { when, clears }: RuleDraft): Finding[] {
  if (clears === undefined || !haveInCommon(when.condition, clears.condition)) return [];
  const both = isPossible([when.condition, clears.condition], (answers) => answers.every(Boolean));
  if (both !== true) return [];
  return [
    {
      path: [...path, 'clears'],
      at: 'value',
      message: `${formatPath([...path, 'clears'])} is ${JSON.stringify(clears.text)}, which can be true while \`when\` is: the rule would hold and clear in turn`,
      fix: 'write a `clears` that is false wherever `when` is true, such as the same figure well below its limit',
      reliesOn: [path],
    },
  ];
}
