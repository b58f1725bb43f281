import { catalogue } from '../../src/domain/catalogue.ts';
import { table } from './table.ts';

/** The catalogue of errors. */
export function errorsPart(): string {
  return table(
    ['code', 'exit', 'says', 'what to do'],
    Object.entries(catalogue).map(([code, { exit, message, fix }]) => [
      `\`${code}\``,
      String(exit),
      message,
      fix,
    ]),
  );
}
