import type { AgingEvent } from './aging-event.ts';
import type { Aged } from './records.ts';

/** The rules that hold for a server after one more of them began to, or ended; oldest first. Pure. */
export function agedAfter(aged: readonly Aged[], event: AgingEvent): Aged[] {
  const { severity, rule, evidence, at: since } = event;
  const others = aged.filter((one) => one.severity !== severity || one.rule !== rule);
  return event.type === 'aged' ? [...others, { severity, rule, since, evidence }] : others;
}
