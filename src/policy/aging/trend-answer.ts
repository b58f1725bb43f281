import type { TrendAnswer } from './facts.ts';
import { forecast, type ForecastAsk } from './forecast.ts';

/** A forecast, as far as a rule needs to know. What is at its limit already has reached it now. Pure. */
export function trendAnswer(ask: ForecastAsk): TrendAnswer {
  const found = forecast(ask);
  switch (found.kind) {
    case 'not-enough-data':
      return { kind: 'not-enough-data' };
    case 'reached':
      return { kind: 'ages', basis: null, exhaustion: { best: 0, earliest: 0, latest: 0 } };
    case 'steady':
      return { kind: 'steady', basis: found.basis };
    case 'ages':
      return { kind: 'ages', basis: found.basis, exhaustion: found.exhaustion };
  }
}
