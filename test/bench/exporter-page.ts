import { pageOfOneMegabyte } from './metrics-page.ts';

/** A page of 60 kB as node_exporter writes it, cut at the end of a line. */
export function nodeExporterPage(): Buffer {
  const whole = pageOfOneMegabyte();
  return whole.subarray(0, whole.lastIndexOf(10, 60_000) + 1);
}
