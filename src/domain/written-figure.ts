import type { Comparing, Condition } from './condition.ts';
import { writeDuration } from './duration.ts';
import type { Unit } from './figure.ts';

const sizes = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** A value as the config file writes it: `85%`, `512MiB`, `7d`, `50`, `12/s`. */
export function writeValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'share':
      return `${Number((value * 100).toPrecision(12))}%`;
    case 'bytes': {
      const whole = sizes.find(([, size]) => value >= size && value % size === 0);
      return whole === undefined ? `${value}B` : `${value / whole[1]}${whole[0]}`;
    }
    case 'duration':
      return writeDuration(value);
    case 'count':
      return String(value);
    case 'per-second':
      return `${value}/s`;
  }
}

/** A measured value for people, to three digits: `91.3%`, `1.25GiB`, `2d4h`. */
export function writeMeasured(value: number, unit: Unit): string {
  switch (unit) {
    case 'share':
      return `${rounded(value * 100)}%`;
    case 'bytes': {
      const [name, size] = sizes.find(([, one]) => value >= one) ?? ['B', 1];
      return `${rounded(value / size)}${name}`;
    }
    case 'duration':
      return writeSpan(value);
    case 'count':
      return rounded(value);
    case 'per-second':
      return `${rounded(value)}/s`;
  }
}

/** A length of time for people: nobody asks for the seconds of an uptime, nor for the milliseconds of a minute. */
export function writeSpan(ms: number): string {
  const step = ms < 1_000 ? 1 : ms < 60_000 ? 1_000 : 60_000;
  return writeDuration(Math.floor(ms / step) * step);
}

function rounded(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** `memory.used per requests.rate` */
export function writeQuantity({ figure, per }: Pick<Comparing, 'figure' | 'per'>): string {
  return per === null ? figure : `${figure} per ${per}`;
}

/** A condition as it could be written in the config file. */
export function writeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': {
      const { comparison, limit } = condition;
      const written =
        limit.kind === 'number' ? writeValue(limit.value, limit.unit) : `${limit.times}x ${limit.kind}`;
      return `${writeQuantity(condition)} ${comparison} ${written}`;
    }
    case 'reaches': {
      const { figure, direction, limit, unit, withinMs } = condition;
      const verb = direction === 'up' ? 'reaches' : 'falls to';
      return `${figure} ${verb} ${writeValue(limit, unit)} within ${writeDuration(withinMs)}`;
    }
    case 'not':
      return `not ${inner(condition.part)}`;
    case 'and':
    case 'or':
      return condition.parts.map(inner).join(` ${condition.kind} `);
  }
}

function inner(condition: Condition): string {
  const single = condition.kind === 'compare' || condition.kind === 'reaches';
  return single ? writeCondition(condition) : `(${writeCondition(condition)})`;
}
