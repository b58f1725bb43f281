import type { Condition } from '../../domain/condition.ts';
import type { SourceSettings } from '../../domain/sources.ts';
import type { WrittenCondition } from '../condition.ts';
import { sourcesOf } from '../sources.ts';
import type { BackendDraft, Draft } from '../fields.ts';
import { formatPath, type Finding, type Path } from '../problem.ts';
import { shown } from '../wording.ts';
import { figureProblems } from './condition-figures.ts';
import { isPossible } from './possible.ts';

/** Conditions ask for figures that are there, compare them with values of their unit, and can be both true and false. */
export function checkConditions(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => {
    const sources = sourcesOf(backend);
    const reliesOn: Path = ['backends', name, 'sources'];
    return conditionsOf(name, backend).flatMap(({ path, written }) =>
      checkCondition(path, written, sources).map((finding) => ({ ...finding, reliesOn: [path, reliesOn] })),
    );
  });
}

interface Placed {
  readonly path: Path;
  readonly written: WrittenCondition;
}

function conditionsOf(name: string, { schedule, aging, unstable }: BackendDraft): Placed[] {
  const within: Path = ['backends', name];
  const placed = (path: Path, written: WrittenCondition | undefined): Placed[] =>
    written === undefined ? [] : [{ path, written }];
  return [
    ...schedule.flatMap(({ when }, index) => placed([...within, 'schedule', index, 'when'], when)),
    ...Object.entries({ aging, unstable }).flatMap(([list, rules]) =>
      rules.flatMap(({ when, clears }, index) => [
        ...placed([...within, list, index, 'when'], when),
        ...placed([...within, list, index, 'clears'], clears),
      ]),
    ),
  ];
}

function checkCondition(
  path: Path,
  { text, condition }: WrittenCondition,
  sources: readonly SourceSettings[],
): Finding[] {
  const problems = figureProblems(condition, sources);
  return (problems.length > 0 ? problems : truthProblems(condition)).map(({ wrong, right }) => ({
    path,
    at: 'value',
    message: `${formatPath(path)} is ${shown(text)}, ${wrong}`,
    fix: right,
  }));
}

const right =
  'write one that can be both: nothing is below 0, a share is 0% to 100%, and what `and` joins has to be possible together';

function truthProblems(condition: Condition): { readonly wrong: string; readonly right: string }[] {
  if (isPossible([condition], ([holds]) => holds === true) === false) {
    return [{ wrong: 'which can never hold', right }];
  }
  if (isPossible([condition], ([holds]) => holds === false) === false) {
    return [{ wrong: 'which always holds', right }];
  }
  return [];
}
