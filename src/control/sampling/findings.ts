import type { SampleTrouble } from '../../domain/sample.ts';
import type { Finding } from '../../domain/status.ts';
import type { Silence } from './silences.ts';

/** Sources that give nothing usable, and what is wrong with the samples on the disk. Pure. */
export function samplingFindings(
  silences: readonly Silence[],
  troubles: readonly SampleTrouble[],
): Finding[] {
  return [
    ...silences.map(({ backend, since, error, long }): Finding => {
      const severity = long ? 'alert' : 'warning';
      return { at: iso(since), severity, where: backend, message: error.message, fix: error.fix };
    }),
    ...troubles.map(({ since, error }): Finding => {
      const { message, fix } = error;
      return { at: iso(since), severity: 'warning', where: null, message, fix };
    }),
  ];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
