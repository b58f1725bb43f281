import { figures, type Comparison, type Condition, type Figure } from '../domain/condition.ts';
import { parseDuration } from './duration.ts';
import { nearestName } from './nearest-name.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write a condition such as `sessions < 50`, `uptime > 7d`, or several with and, or, not';

/** Reads `sessions < 50 and (uptime > 7d or not queue > 0)`; `not` binds closest, then `and`, then `or`. */
export function readCondition(text: string): Reading<Condition> {
  const words = text.match(/[<>]=?|[()]|[^\s<>()]+/g) ?? [];
  const reader = new Reader(words);
  try {
    const condition = reader.either();
    const rest = reader.next();
    return rest === undefined
      ? { value: condition }
      : { wrong: `which has ${JSON.stringify(rest)} too much`, right };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown.reading;
    throw thrown;
  }
}

/** Recursive descent: one method per rule of the grammar. */
class Reader {
  private readonly words: readonly string[];
  private place = 0;

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
    if (this.took('not')) return { kind: 'not', part: this.single() };
    if (!this.took('(')) return this.comparison();
    const inner = this.either();
    if (!this.took(')')) throw new Unreadable('where a bracket is not closed');
    return inner;
  }

  private comparison(): Condition {
    const figure = readFigure(this.next());
    const comparison = readComparison(this.next());
    return { kind: 'compare', figure, comparison, value: readValue(figure, this.next()) };
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

function readFigure(word: string | undefined): Figure {
  const known = Object.keys(figures);
  if (word !== undefined && isFigure(word)) return word;
  const near = word === undefined ? null : nearestName(word, known);
  throw new Unreadable(
    word === undefined
      ? 'which ends where a figure should be'
      : `where ${JSON.stringify(word)} is not a figure`,
    near === null ? `the figures are ${known.join(', ')}` : `write \`${near}\``,
  );
}

function readComparison(word: string | undefined): Comparison {
  switch (word) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return word;
    case undefined:
    default:
      throw new Unreadable('which compares with nothing', 'write one of < <= > >= between figure and value');
  }
}

function readValue(figure: Figure, word: string | undefined): number {
  const { unit } = figures[figure];
  if (unit === 'duration') {
    const ms = parseDuration(word ?? '');
    if (ms === null)
      throw new Unreadable(`where ${figure} needs a duration`, `write such as \`${figure} > 7d\``);
    return ms;
  }
  if (word === undefined || !/^\d+$/.test(word)) {
    throw new Unreadable(`where ${figure} needs a whole number`, `write such as \`${figure} < 50\``);
  }
  return Number(word);
}

function isFigure(word: string): word is Figure {
  return Object.hasOwn(figures, word);
}

export const condition = textKind(readCondition, { title: 'condition', right });
