import type { Samples } from '../../domain/sample.ts';
import type { Limit } from '../../model/trend/exhaustion.ts';
import { daysWindow } from './days-window.ts';
import { dayMs, hourMs, meanMs, meansSince, mediansBack } from './means.ts';
import { shapeOfDay, shortWindow } from './short-window.ts';
import type { Finding } from './window.ts';

export function forecast(ask: { samples: Samples; since: number | null; limit: number; direction: 'up' | 'down'; now: number }): Finding | null {
  const sign = ask.direction === 'up' ? 1 : -1;
  const means = meansSince(ask.samples, Math.max(ask.since ?? -Infinity, ask.now - 7 * dayMs), sign);
  const n = means.times.length;
  if (n < 12) return null;
  const end = means.times[n - 1]!;
  const span = end - means.times[0]! + meanMs;
  if (span < 2 * hourMs) return null;
  const limit: Limit = { value: sign * ask.limit, direction: 'up' };
  const hourly = mediansBack(means, hourMs, Math.ceil(span / hourMs));
  const shape = shapeOfDay(hourly, 30);
  const windows = [span, ...[4 * dayMs, 2 * dayMs, 30 * hourMs, 16 * hourMs, 8 * hourMs, 4 * hourMs, 2 * hourMs].filter((w) => w < span * 0.8)];
  let first: Finding | null = null;
  for (const w of windows) {
    const found = w >= 36 * hourMs ? daysWindow(hourly, w, limit, w === span) : shortWindow(means, w, shape, limit, w === span);
    if (found?.kind === 'ages') return found;
    first ??= found;
  }
  return first;
}
