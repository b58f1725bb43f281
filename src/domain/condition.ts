import type { FigureName, Unit } from './figure.ts';

export type Comparison = '<' | '<=' | '>' | '>=';

/** What a measured value is compared with. */
export type Limit =
  /** `value` in the unit of what is compared: shares 0 to 1, bytes, milliseconds, a count, per second. */
  | { readonly kind: 'number'; readonly value: number; readonly unit: Unit }
  /** So many times what the youngest of the other serving servers, or the median of them, has at that moment. */
  | { readonly kind: 'freshest' | 'peers'; readonly times: number };

/** `memory.used per requests.rate > 1.5x freshest`; `per` null: the figure itself. */
export interface Comparing {
  readonly kind: 'compare';
  readonly figure: FigureName;
  readonly per: FigureName | null;
  readonly comparison: Comparison;
  readonly limit: Limit;
}

/** `memory.used reaches 95% within 24h` (up), `heap.free falls to 5% within 24h` (down): told from its trend. */
export interface Reaching {
  readonly kind: 'reaches';
  readonly figure: FigureName;
  readonly direction: 'up' | 'down';
  /** In its unit. */
  readonly limit: number;
  readonly unit: Unit;
  readonly withinMs: number;
}

/** What can be true or false by itself. */
export type Leaf = Comparing | Reaching;

/** What `when:` says. */
export type Condition =
  | Leaf
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** What is known of one server at one moment, in the units of the figures; null or missing: it could not be read. */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** Every comparison and trend of a condition, in the order in which they are written. */
export function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'compare':
    case 'reaches':
      return [condition];
    case 'not':
      return leavesOf(condition.part);
    case 'and':
    case 'or':
      return condition.parts.flatMap(leavesOf);
  }
}

/** Every figure that a condition asks for, each once. */
export function figuresIn(condition: Condition): FigureName[] {
  const named = leavesOf(condition).flatMap((leaf) =>
    leaf.kind === 'compare' && leaf.per !== null ? [leaf.figure, leaf.per] : [leaf.figure],
  );
  return [...new Set(named)];
}
