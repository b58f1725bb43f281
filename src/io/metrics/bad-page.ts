/** A page that cannot be believed: what is wrong, and on which line (from 1). Raised by the reader of pages alone. */
export class BadPage extends Error {
  override readonly name = 'BadPage';
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
  }
}
