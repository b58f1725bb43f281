import { day, hour, minute, type Recipe } from './series.ts';

/** A leak may come with any of these. */
const company: readonly Omit<Recipe, 'days' | 'base' | 'leak'>[] = [
  { name: 'little noise', noise: 0.003 },
  { name: 'much noise', noise: 0.03 },
  { name: 'noise that remembers', noise: 0.005, drift: { sd: 0.02, memoryMs: hour } },
  { name: 'daily load', noise: 0.01, daily: { swing: 0.15, varies: 0.2 } },
  { name: 'daily and weekly load', noise: 0.01, daily: { swing: 0.12, varies: 0.2 }, weekend: 0.04 },
  { name: 'garbage collector', noise: 0.005, sawtooth: { high: 0.08, periodMs: 50 * minute } },
  { name: 'warm-up', noise: 0.01, warmUp: { high: 0.1, memoryMs: 30 * minute } },
  { name: 'gaps', noise: 0.01, daily: { swing: 0.08 }, missing: 0.1 },
];

const paces = [
  ['6 hours', 6 * hour],
  ['1 day', day],
  ['3 days', 3 * day],
  ['2 weeks', 14 * day],
  ['6 weeks', 42 * day],
] as const;

/** Leaks from the start of the application on, and leaks that begin when it has run well for days. */
export const leaks: readonly { readonly pace: string; readonly recipe: Recipe }[] = paces.flatMap(
  ([pace, exhaustionMs]) =>
    company.flatMap((one) => {
      // What is silent for longer cannot be seen meanwhile: its source is stale, which is found and blocks.
      const longestGapMs = Math.min(3 * hour, exhaustionMs / 10);
      const recipe = { ...one, longestGapMs, base: [0.25, 0.45] as const };
      const days = (exhaustionMs * 1.3) / day + 1;
      return [
        { pace, recipe: { ...recipe, name: `${pace}, ${one.name}`, days, leak: { exhaustionMs } } },
        {
          pace,
          recipe: {
            ...recipe,
            name: `${pace} after a good start, ${one.name}`,
            days: days + 4,
            leak: { exhaustionMs, afterMs: 4 * day },
          },
        },
      ];
    }),
);

/** Nothing leaks here, and nothing should be said. */
export const healthy: readonly Recipe[] = [
  { name: 'little noise', noise: 0.003 },
  { name: 'much noise', noise: 0.04 },
  { name: 'noise that remembers an hour', noise: 0.005, drift: { sd: 0.03, memoryMs: hour } },
  { name: 'noise that remembers six hours', noise: 0.005, drift: { sd: 0.04, memoryMs: 6 * hour } },
  { name: 'noise that remembers two days', noise: 0.005, drift: { sd: 0.04, memoryMs: 2 * day } },
  { name: 'daily load', noise: 0.01, daily: { swing: 0.2, varies: 0.3 } },
  { name: 'daily and weekly load', noise: 0.01, daily: { swing: 0.2, varies: 0.3 }, weekend: 0.08 },
  { name: 'load peaks', noise: 0.01, daily: { swing: 0.1, varies: 0.3 }, peaks: { perWeek: 3, high: 0.3 } },
  { name: 'steps', noise: 0.01, daily: { swing: 0.08 }, steps: { perWeek: 1.5, most: 0.12 } },
  {
    name: 'restarts and a quick warm-up',
    noise: 0.01,
    daily: { swing: 0.1 },
    warmUp: { high: 0.2, memoryMs: 30 * minute },
    restartsEveryMs: 2 * day,
  },
  {
    name: 'restarts and a slow warm-up',
    noise: 0.01,
    daily: { swing: 0.1 },
    warmUp: { high: 0.25, memoryMs: 6 * hour },
    restartsEveryMs: 4 * day,
  },
  {
    name: 'restarts and a warm-up over days',
    noise: 0.01,
    daily: { swing: 0.1 },
    warmUp: { high: 0.25, memoryMs: 1.5 * day },
    restartsEveryMs: 9 * day,
  },
  {
    name: 'restarts nobody tells of',
    noise: 0.01,
    daily: { swing: 0.1 },
    warmUp: { high: 0.2, memoryMs: 2 * hour },
    hiddenRestartsEveryMs: 3 * day,
  },
  { name: 'garbage collector, 50 minutes', noise: 0.005, sawtooth: { high: 0.25, periodMs: 50 * minute } },
  {
    name: 'garbage collector, 8 hours',
    noise: 0.005,
    daily: { swing: 0.05 },
    sawtooth: { high: 0.25, periodMs: 8 * hour },
  },
  {
    name: 'garbage collector, 30 hours',
    noise: 0.005,
    daily: { swing: 0.05 },
    sawtooth: { high: 0.25, periodMs: 30 * hour },
  },
  { name: 'gaps', noise: 0.01, daily: { swing: 0.15, varies: 0.3 }, missing: 0.2 },
  {
    name: 'all of it',
    noise: 0.01,
    drift: { sd: 0.015, memoryMs: 3 * hour },
    daily: { swing: 0.12, varies: 0.3 },
    weekend: 0.04,
    warmUp: { high: 0.1, memoryMs: 2 * hour },
    steps: { perWeek: 0.7, most: 0.06 },
    peaks: { perWeek: 1, high: 0.15 },
    restartsEveryMs: 6 * day,
    missing: 0.03,
  },
  {
    name: 'much memory in use',
    noise: 0.01,
    daily: { swing: 0.12, varies: 0.3 },
    base: [0.65, 0.75] as const,
  },
].map((one) => ({ base: [0.3, 0.5] as const, ...one, days: 28 }));
