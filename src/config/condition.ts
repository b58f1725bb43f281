import type { Comparing, Comparison, Condition, Leaf, Limit, Reaching } from '../domain/condition.ts';
import { figures, isBuiltIn, isFigureName, type FigureName } from '../domain/figure.ts';
import { parseDuration } from './duration.ts';
import { textKind, type Reading } from './text-kind.ts';
import { readValue, written, type Value } from './value.ts';

/** A condition, and how it was written. */
export interface WrittenCondition {
  readonly text: string;
  readonly condition: Condition;
}

const right =
  'write a condition such as `memory.used > 85%`, `memory.used reaches 95% within 24h`, or several with and, or, not';
const comparisons = 'write one of < <= > >= between figure and value';

/** More than a person could read aloud, and enough to keep the evaluation cheap. */
const mostLeaves = 20;
const deepest = 20;

/**
 * Reads `memory.used > 85% and (uptime > 7d or not queue > 0)`; `not` binds closest, then `and`, then `or`. Whether the
 * figures exist, and their values have the right unit, depends on the sources: checks/condition-figures.ts.
 */
export function readCondition(text: string): Reading<Condition> {
  const words = text.match(/[<>]=?|[()]|[^\s<>()]+/g) ?? [];
  const reader = new Reader(words);
  try {
    const condition = reader.either();
    const rest = reader.next();
    if (rest === undefined) return { value: condition };
    const small = rest.toLowerCase();
    const joins = small !== rest && (small === 'and' || small === 'or');
    return { wrong: `which has ${quoted(rest)} too much`, right: joins ? `write \`${small}\`` : right };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown.reading;
    throw thrown;
  }
}

/** Recursive descent: one method per rule of the grammar. */
class Reader {
  private readonly words: readonly string[];
  private place = 0;
  private depth = 0;
  private leaves = 0;

  constructor(words: readonly string[]) {
    this.words = words;
  }

  next(): string | undefined {
    const word = this.words[this.place];
    this.place += 1;
    return word;
  }

  either(): Condition {
    return this.joined('or', () => this.both());
  }

  private both(): Condition {
    return this.joined('and', () => this.single());
  }

  private joined(kind: 'and' | 'or', read: () => Condition): Condition {
    const parts = [read()];
    while (this.took(kind)) parts.push(read());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  private single(): Condition {
    this.depth += 1;
    if (this.depth > deepest) throw new Unreadable('which is nested too deeply', 'write fewer brackets');
    const read = this.notOrBracketOrLeaf();
    this.depth -= 1;
    return read;
  }

  private notOrBracketOrLeaf(): Condition {
    if (this.took('not')) return { kind: 'not', part: this.single() };
    if (!this.took('(')) return this.leaf();
    const inner = this.either();
    if (!this.took(')')) throw new Unreadable('where a bracket is not closed');
    return inner;
  }

  private leaf(): Leaf {
    this.leaves += 1;
    if (this.leaves > mostLeaves)
      throw new Unreadable(`which compares more than ${mostLeaves} things`, 'make several rules of it');
    const figure = readFigure(this.next());
    if (this.took('reaches')) return this.reaching(figure, 'up');
    if (this.took('falls')) {
      if (!this.took('to')) {
        throw new Unreadable('where "falls" lacks "to"', `write such as \`${trendExample(figure, 'down')}\``);
      }
      return this.reaching(figure, 'down');
    }
    const per = this.took('per') ? readFigure(this.next()) : null;
    const comparison = readComparison(this.next());
    return { kind: 'compare', figure, per, comparison, limit: this.limit({ figure, per }) };
  }

  private reaching(figure: FigureName, direction: Reaching['direction']): Reaching {
    const better = `write such as \`${trendExample(figure, direction)}\``;
    const { value, unit } = valueOf(this.next(), figure, better);
    if (!this.took('within')) throw new Unreadable('where it is not said within which time', better);
    const word = this.next();
    const withinMs = word === undefined ? null : parseDuration(word);
    if (withinMs === null || withinMs === 0) {
      const wrong = word === undefined ? 'which ends after "within"' : `where ${quoted(word)} is no time`;
      throw new Unreadable(wrong, better);
    }
    return { kind: 'reaches', figure, direction, limit: value, unit, withinMs };
  }

  private limit({ figure, per }: Pick<Comparing, 'figure' | 'per'>): Limit {
    const word = this.next();
    const [, times] = /^(\d{1,6}(?:\.\d{1,6})?)x$/.exec(word ?? '') ?? [];
    if (times !== undefined) {
      const against = this.next();
      if (against === 'freshest' || against === 'peers') return { kind: against, times: Number(times) };
      const wrong = `where ${quoted(word ?? '')} is not said to be of what`;
      throw new Unreadable(wrong, `write \`${times}x freshest\` or \`${times}x peers\``);
    }
    if (word === 'freshest' || word === 'peers') return { kind: word, times: 1 };
    const value = valueOf(word, figure, `write such as \`${comparisonExample(figure, per)}\``);
    const after = this.words[this.place];
    if (after === 'freshest' || after === 'peers') {
      throw new Unreadable(`where ${quoted(word ?? '')} has no x`, `write \`${word ?? ''}x ${after}\``);
    }
    return { kind: 'number', ...value };
  }

  private took(word: string): boolean {
    if (this.words[this.place] !== word) return false;
    this.place += 1;
    return true;
  }
}

class Unreadable extends Error {
  readonly reading: { readonly wrong: string; readonly right: string };

  constructor(wrong: string, better = right) {
    super(wrong);
    this.reading = { wrong, right: better };
  }
}

function readFigure(word: string | undefined): FigureName {
  if (word === undefined) throw new Unreadable('which ends where a figure should be');
  if (!isFigureName(word)) throw new Unreadable(`where ${quoted(word)} is not a figure`);
  return word;
}

function readComparison(word: string | undefined): Comparison {
  switch (word) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return word;
    case undefined:
      throw new Unreadable('which compares with nothing', comparisons);
    default:
      throw new Unreadable(`where ${quoted(word)} does not compare`, comparisons);
  }
}

function valueOf(word: string | undefined, figure: FigureName, better: string): Value {
  if (word === undefined) throw new Unreadable(`where ${figure} is compared with nothing`, better);
  const value = readValue(word);
  if (value === null) throw new Unreadable(`where ${quoted(word)} is not a value`, better);
  return value;
}

function comparisonExample(figure: FigureName, per: FigureName | null): string {
  return per === null ? `${figure} > ${exampleOf(figure)}` : `${figure} per ${per} > 1.5x freshest`;
}

function trendExample(figure: FigureName, direction: Reaching['direction']): string {
  return `${figure} ${direction === 'up' ? 'reaches' : 'falls to'} ${exampleOf(figure)} within 24h`;
}

/** A value of the figure's unit; of a figure of the file's own nobody knows it here. */
function exampleOf(figure: FigureName): string {
  if (figure === 'uptime') return '7d';
  return written[isBuiltIn(figure) ? figures[figure].unit : 'count'].example;
}

function quoted(word: string): string {
  return JSON.stringify(word);
}

function readWritten(text: string): Reading<WrittenCondition> {
  const reading = readCondition(text);
  return 'value' in reading ? { value: { text: text.trim(), condition: reading.value } } : reading;
}

export const condition = textKind(readWritten, { title: 'condition', right });
