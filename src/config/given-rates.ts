import { z } from 'zod';
import { RejuvError } from '../domain/errors.ts';
import { parseDuration } from './duration.ts';
import { readDocument } from './document.ts';
import { formatProblem, sortProblems, type Finding, type Problem } from './problem.ts';
import { section, whole } from './section.ts';
import { textKind, type Reading } from './text-kind.ts';
import { keysOf, valueAt, wording } from './wording.ts';

/**
 * The file of `rejuv advise --given`: what is known, or assumed, about one backend. Everything may be left out; what is
 * there replaces what the config file and the records say.
 */

const rateRight = 'write a rate per hour from 1e-9 to 1e6, such as 0.004 for once in 250 hours';
const rate = z.number({ error: rateRight }).min(1e-9, { error: rateRight }).max(1e6, { error: rateRight });

const costRight =
  'write an amount above 0 and up to 1e12; what counts is the ratio of the costs to each other';
const cost = z
  .number({ error: costRight })
  .min(1e-12, { error: costRight })
  .max(1e12, { error: costRight })
  .optional();

const timeRight = 'write a time such as 45s, 12m, 8h or 30d';
const longestDays = 36_500;

/** Hours of `8h`, `12m`, `1d12h`, `500ms`; unlike the durations of the config file also longer than a timer can be. */
function readHours(text: string): Reading<number> {
  const ms = parseDuration(text);
  if (ms === null) {
    const wrong = /^-?\d+(\.\d+)?$/.test(text) ? 'which has no unit' : 'which is not a time';
    return { wrong, right: timeRight };
  }
  if (ms > longestDays * 86_400_000) {
    return { wrong: 'which is longer than a hundred years', right: `write at most ${longestDays}d` };
  }
  return { value: ms / 3_600_000 };
}

function readHoursAboveZero(text: string): Reading<number> {
  const reading = readHours(text);
  if (!('value' in reading) || reading.value > 0) return reading;
  return { wrong: 'which is no time at all', right: timeRight };
}

const hours = textKind(readHoursAboveZero, { title: 'time', right: timeRight });
const hoursOrNone = textKind(readHours, { title: 'time', right: timeRight });

const shapeRight = 'write a shape from 0.05 to 200; above 1 the server ages';
const uncertaintyRight = 'write a factor from 1 (certain) to 1000, such as 2 for half to double';

const oneLife = { params: { right: 'write one of `twoStage:`, `weibull:`, `exponential:`' } };

const life = section({
  twoStage: section({ agingPerHour: rate, failurePerHour: rate }).optional(),
  weibull: section({
    shape: z.number({ error: shapeRight }).min(0.05, { error: shapeRight }).max(200, { error: shapeRight }),
    scale: hours,
  }).optional(),
  exponential: section({ failurePerHour: rate }).optional(),
}).refine((value) => Object.keys(value).length === 1, { error: 'which is not exactly one law', ...oneLife });

const fields = section({
  servers: whole(1, 1000).optional(),
  spares: whole(0, 1000).optional(),
  minServing: whole(1, 1000).optional(),
  life: life.optional(),
  uncertainty: z
    .number({ error: uncertaintyRight })
    .min(1, { error: uncertaintyRight })
    .max(1000, { error: uncertaintyRight })
    .optional(),
  repair: hours.optional(),
  rejuvenation: hours.optional(),
  handOver: hoursOrNone.optional(),
  detection: hours.optional(),
  every: hours.optional(),
  costs: section({
    failureHour: cost,
    rejuvenationHour: cost,
    perFailure: cost,
    perRejuvenation: cost,
  }).prefault({}),
});

/** What the file says; all times in hours. */
export type GivenRates = z.output<typeof fields>;

export type GivenResult = { readonly given: GivenRates } | { readonly problems: readonly Problem[] };

/** The text of the file as rates, or every problem in it, in the order of the file. */
export function findGivenProblems(text: string): GivenResult {
  const { tree, problems, locate } = readDocument(text);
  if (tree === null) return { problems: problems.map(ofThisFile) };
  const result = fields.safeParse(tree.value);
  const shape = result.success
    ? []
    : result.error.issues.flatMap((issue) =>
        wording(issue, keysOf(issue), valueAt(tree.value, keysOf(issue))),
      );
  const meant = result.success ? checkSizes(result.data) : [];
  const all = [...problems, ...[...shape, ...meant].map(locate)];
  if (all.length === 0 && result.success) return { given: result.data };
  return { problems: sortProblems(all) };
}

/** @throws RejuvError rates-invalid, with one line per problem; `path` is how the file is called in them. */
export function readGivenRates(text: string, path: string): GivenRates {
  const result = findGivenProblems(text);
  if ('given' in result) return result.given;
  const lines = result.problems.map((problem) => formatProblem(path, problem));
  throw new RejuvError('rates-invalid', { path, count: lines.length, problems: lines.join('\n') });
}

/** What only the numbers together say. */
function checkSizes({ servers, spares = 0, minServing }: GivenRates): Finding[] {
  const found: Finding[] = [];
  if (servers !== undefined && minServing !== undefined && minServing > servers) {
    const all = servers + spares;
    const message =
      minServing > all
        ? `minServing is ${minServing}, but servers and spares are ${all} together`
        : `minServing is ${minServing}, but only ${servers} serve at a time; spares wait`;
    found.push({ path: ['minServing'], at: 'value', message, fix: `write at most ${servers}` });
  }
  return found;
}

/** The reader of YAML knows the config file only. */
function ofThisFile(problem: Problem): Problem {
  if (problem.message !== 'the file is empty') return problem;
  return { ...problem, fix: 'begin with `life:`, `repair:` and `rejuvenation:`' };
}
