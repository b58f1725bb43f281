import { RejuvError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import type { CronRules } from './cron-rules.ts';
import { readDocument } from './document.ts';
import { freeze } from './freeze.ts';
import { checkMeaning } from './meaning.ts';
import { formatProblem, sortProblems, type Problem } from './problem.ts';
import { checkShape } from './shape.ts';

export type ConfigResult = { readonly settings: Settings } | { readonly problems: readonly Problem[] };

/** Config text as settings, or every problem in it, in the order of the file. */
export function findProblems(text: string, cron: CronRules): ConfigResult {
  const { tree, problems, doubled, locate } = readDocument(text);
  if (tree === null) return { problems: sortProblems(problems) };
  const { findings, draft, broken } = checkShape(tree.value);
  const meant = draft === null ? [] : checkMeaning(draft, [...broken, ...doubled], cron);
  const all = [...problems, ...[...findings, ...meant].map(locate)];
  if (all.length === 0 && draft !== null) return { settings: freeze(draft) };
  return { problems: sortProblems(all) };
}

/**
 * Config text as settings. `path` is only how the file is called in the problems.
 * @throws RejuvError config-invalid, with one line per problem
 */
export function readConfig(
  text: string,
  options: { readonly path: string; readonly cron: CronRules },
): Settings {
  const result = findProblems(text, options.cron);
  if ('settings' in result) return result.settings;
  const lines = result.problems.map((problem) => formatProblem(options.path, problem));
  throw new RejuvError('config-invalid', {
    path: options.path,
    count: lines.length,
    problems: lines.join('\n'),
  });
}
