import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { formatPath, type Finding, type Path } from './problem.ts';
import { knownKeys } from './section.ts';

type Issue = z.core.$ZodIssue;

/** What one issue of the schema says to a person. `written` is the value at the issue's path. */
export function wording(issue: Issue, path: Path, written: unknown): Finding[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, knownKeys(issue.message)));
    case 'invalid_key':
      return [
        {
          path,
          at: 'key',
          message: `${formatPath(path.slice(0, -1))}: ${shown(path.at(-1))} is not a name that HAProxy accepts`,
          fix: 'use letters, digits and - _ . : as in haproxy.cfg',
        },
      ];
    case 'invalid_union':
      return union(issue, path, written);
    case 'custom':
      return [
        value(
          path,
          `${called(path)} is ${shown(written)}, ${issue.message}`,
          String(issue.params?.['right']),
        ),
      ];
    default:
      return [valueOrGap(path, written, issue.message)];
  }
}

function valueOrGap(path: Path, written: unknown, fix: string): Finding {
  if (written === undefined) return { path, at: 'key', message: `${called(path)} is missing`, fix };
  if (written === null) return { path, at: 'key', message: `${called(path)} is empty`, fix };
  return value(path, `${called(path)} is ${shown(written)}`, fix);
}

/** A text or a section: what is wrong with the one that was meant. */
function union(issue: z.core.$ZodIssueInvalidUnion, path: Path, written: unknown): Finding[] {
  const meant = issue.errors.find((branch) =>
    branch.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
  );
  if (meant === undefined) {
    return [valueOrGap(path, written, issue.errors[0]?.[0]?.message ?? issue.message)];
  }
  return meant.flatMap((inner) =>
    wording(inner, [...path, ...keysOf(inner)], valueAt(written, keysOf(inner))),
  );
}

function unknownKey(path: Path, key: string, known: readonly string[]): Finding {
  const near = nearestName(key, known);
  return {
    path: [...path, key],
    at: 'key',
    message: `there is no key \`${key}\` ${path.length === 0 ? 'at the top level' : `in ${formatPath(path)}`}`,
    fix: near === null ? `the keys here are ${known.join(', ')}` : `write \`${near}\``,
  };
}

function value(path: Path, message: string, fix: string): Finding {
  return { path, at: 'value', message, fix };
}

function called(path: Path): string {
  return path.length === 0 ? 'the file' : formatPath(path);
}

const longestShown = 60;

/** A value as it is quoted to its author. */
export function shown(written: unknown): string {
  if (Array.isArray(written)) return written.length === 0 ? 'an empty list' : 'a list';
  if (typeof written === 'object' && written !== null) return 'a section';
  if (typeof written === 'string' && written.length > longestShown) {
    return JSON.stringify(`${written.slice(0, longestShown)}…`);
  }
  // JSON has no word for .inf and .nan.
  if (typeof written === 'number') return String(written);
  return JSON.stringify(written ?? null);
}

/** The keys of an issue's path; zod allows symbols there, YAML has none. */
export function keysOf(issue: Issue): Path {
  return issue.path.filter((part) => typeof part !== 'symbol');
}

/** What stands at a path of a plain tree; undefined when nothing does. */
export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === 'object' && node !== null
        ? Object.entries(node).find(([key]) => key === String(part))?.[1]
        : undefined,
    tree,
  );
}
