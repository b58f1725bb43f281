import { createColors } from 'picocolors';
import type { Terminal } from '../terminal.ts';
import type { Advice } from './advice.ts';
import { frameOf } from './frame.ts';
import { terminalPlot } from './plot.ts';
import { adviceTable, basisTable } from './table.ts';

/** The advice for people: the paragraph, the figures, the plot, and what it all rests on. */
export function showAdvice(advice: Advice, terminal: Pick<Terminal, 'colours' | 'columns'>): string {
  const c = createColors(terminal.colours);
  const width = Math.min(100, Math.max(40, terminal.columns));
  const summary = wrapped(advice.summary, width);
  const notes = advice.notes.flatMap((note) =>
    wrapped(note, width - 2).map((line, n) => (n === 0 ? '- ' : '  ') + line),
  );
  if (advice.verdict === 'not-enough-data')
    return [...summary, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
  const unit = advice.basis.costUnit === 'hours' ? 'hours of server time' : 'in the currency of the costs';
  const plot = terminalPlot(frameOf(advice), terminal.columns, unit);
  return [summary.map((line) => c.bold(line)), adviceTable(advice), plot, basisTable(advice.basis), notes]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Lines of at most so many characters, broken between words. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
