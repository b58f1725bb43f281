import { figures } from '../../src/domain/figure.ts';
import { formulas, knownFigures, knownStarts } from '../../src/io/metrics/known-figures.ts';
import { procCommand } from '../../src/io/metrics/proc.ts';
import { table } from './table.ts';

const pages = { node: 'node_exporter', process: 'process-exporter', application: 'the application' } as const;

/** What is read of well-known pages. */
export function knownFiguresPart(): string {
  const rows = knownFigures.map(({ page, figure, metrics, formula, labels, by }) => [
    pages[page],
    `\`${figure}\``,
    figures[figure].unit,
    metrics.map((metric) => `\`${metric}\``).join(', ') +
      (labels === undefined
        ? ''
        : ` with ${Object.entries(labels)
            .map(([name, value]) => `\`${name}="${value}"\``)
            .join(', ')}`),
    formulas[formula].text,
    by ?? '',
  ]);
  const starts = knownStarts.map(({ page, what, metric }) => [
    pages[page],
    `start of the ${what}`,
    'instant',
    `\`${metric}\``,
    'as it is',
    '',
  ]);
  return table(['page of', 'figure', 'unit', 'out of', 'how', 'written by'], [...rows, ...starts]);
}

/** The one command that reads a host. */
export function procCommandPart(): string {
  return `\`\`\`sh\n${procCommand}\n\`\`\``;
}
