import type { Unit } from '../domain/figure.ts';
import { parseDuration } from './duration.ts';

/** A number with its unit, in that unit's own measure: `85%` is the share 0.85, `512MiB` are bytes. */
export interface Value {
  readonly value: number;
  readonly unit: Unit;
}

/** How values of a unit are written, for people. */
export const written = {
  share: { is: 'a share', example: '85%' },
  bytes: { is: 'a number of bytes', example: '512MiB' },
  duration: { is: 'a duration', example: '250ms' },
  count: { is: 'a number', example: '50' },
  'per-second': { is: 'a rate', example: '12/s' },
} as const satisfies Readonly<Record<Unit, { readonly is: string; readonly example: string }>>;

const bytes: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
};
const seconds: Readonly<Record<string, number>> = { '/s': 1, '/m': 60, '/min': 60, '/h': 3_600 };

/** Reads `85%`, `512MiB`, `250ms`, `50`, `1.5`, `12/s`, `30/min`; null: it is none of these. */
export function readValue(text: string): Value | null {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,17})?)(%|\/[a-z]+|[A-Za-z]+)?$/.exec(text) ?? [];
  if (digits !== undefined) {
    const value = Number(digits);
    if (unit === '') return { value, unit: 'count' };
    if (unit === '%') return { value: value / 100, unit: 'share' };
    const size = bytes[unit];
    if (size !== undefined) return { value: value * size, unit: 'bytes' };
    const span = seconds[unit];
    if (span !== undefined) return { value: value / span, unit: 'per-second' };
  }
  const ms = parseDuration(text);
  return ms === null ? null : { value: ms, unit: 'duration' };
}
