import { written } from '../../src/config/value.ts';
import { figures } from '../../src/domain/figure.ts';
import { figuresGiven, givenByItself } from '../../src/domain/sources.ts';
import { table } from './table.ts';

/** What a condition may ask for, and where it comes from. */
export function figuresPart(): string {
  const without = figuresGiven([]);
  const byItself: readonly string[] = givenByItself.exporter;
  return table(
    ['figure', 'written as', 'is', 'comes from'],
    Object.entries(figures).map(([name, { unit, description }]) => [
      `\`${name}\``,
      `${written[unit].is}, such as \`${name === 'uptime' ? '7d' : written[unit].example}\``,
      description,
      without.has(name)
        ? 'HAProxy, the host and the records'
        : byItself.includes(name)
          ? 'an exporter, or SSH'
          : 'a metric that a source names',
    ]),
  );
}
