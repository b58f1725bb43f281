import { writeDuration } from '../domain/duration.ts';
import { figures, type Condition, type Figures } from '../domain/condition.ts';

/** Whether a condition holds: `unknown` when a figure that decides could not be read. */
export type Verdict = 'holds' | 'fails' | 'unknown';

/** Pure. An unknown part decides nothing: `and` still fails by another part, `or` still holds by another. */
export function judge(condition: Condition, known: Figures): Verdict {
  switch (condition.kind) {
    case 'compare': {
      const value = known[condition.figure];
      if (value === null) return 'unknown';
      return compare(value, condition.comparison, condition.value) ? 'holds' : 'fails';
    }
    case 'not': {
      const verdict = judge(condition.part, known);
      if (verdict === 'unknown') return 'unknown';
      return verdict === 'holds' ? 'fails' : 'holds';
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'and' ? 'fails' : 'holds';
      const verdicts = condition.parts.map((part) => judge(part, known));
      if (verdicts.includes(decisive)) return decisive;
      if (verdicts.includes('unknown')) return 'unknown';
      return condition.kind === 'and' ? 'holds' : 'fails';
    }
  }
}

/** The figures that a condition asks for, as they are: `sessions 80, uptime 3d 4h`. */
export function describeFigures(condition: Condition, known: Figures): string {
  return [...askedBy(condition)]
    .map((figure) => {
      const value = known[figure];
      if (value === null) return `${figure} unknown`;
      return `${figure} ${figures[figure].unit === 'duration' ? writeDuration(toMinutes(value)) : value}`;
    })
    .join(', ');
}

/** Whether a condition needs this figure. */
export function asksFor(condition: Condition, figure: keyof Figures): boolean {
  return askedBy(condition).has(figure);
}

/** As it could be written in the config file. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': {
      const { figure, comparison, value } = condition;
      const written = figures[figure].unit === 'duration' ? writeDuration(value) : value;
      return `${figure} ${comparison} ${written}`;
    }
    case 'not':
      return `not ${inner(condition.part)}`;
    case 'and':
    case 'or':
      return condition.parts.map(inner).join(` ${condition.kind} `);
  }
}

function inner(condition: Condition): string {
  return condition.kind === 'compare' ? formatCondition(condition) : `(${formatCondition(condition)})`;
}

/** Nobody asks for the seconds of an uptime. */
function toMinutes(ms: number): number {
  return ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000;
}

function askedBy(condition: Condition): Set<keyof Figures> {
  switch (condition.kind) {
    case 'compare':
      return new Set([condition.figure]);
    case 'not':
      return askedBy(condition.part);
    case 'and':
    case 'or':
      return new Set(condition.parts.flatMap((part) => [...askedBy(part)]));
  }
}

function compare(value: number, comparison: '<' | '<=' | '>' | '>=', limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
