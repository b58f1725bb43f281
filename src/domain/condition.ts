/** The figures that a condition may ask for, of one server. */
export const figures = {
  sessions: { unit: 'count', description: 'current sessions, on both load balancers together' },
  queue: { unit: 'count', description: 'requests that wait for it, on both load balancers together' },
  uptime: { unit: 'duration', description: 'since its host booted or its last rejuvenation ended' },
} as const;

export type Figure = keyof typeof figures;
export type Comparison = '<' | '<=' | '>' | '>=';

/** What `when:` says. Durations in milliseconds. */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly figure: Figure;
      readonly comparison: Comparison;
      readonly value: number;
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** What is known of one server; null: it could not be read. */
export type Figures = Readonly<Record<Figure, number | null>>;
