import { createInterface } from 'node:readline';
import type { Terminal } from './terminal.ts';

export type Choice = 'abort' | 'leave' | 'wait';

/**
 * What to do with an operation that somebody interrupted. One more Ctrl-C, or an end of input, leaves it: that
 * touches nothing.
 */
export async function askWhatNow(terminal: Terminal, direct: boolean): Promise<Choice> {
  const leave = direct ? 'leave things as they are' : 'leave it running';
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr });
  return await new Promise<Choice>((resolve) => {
    const end = (choice: Choice): void => {
      resolve(choice);
      reader.close();
    };
    const ask = (): void =>
      reader.question(`\n[a]bort and roll back, [l] ${leave}, [w]ait on? `, (answer) => {
        const choice = choices[answer.trim().toLowerCase()];
        if (choice === undefined) ask();
        else end(choice);
      });
    reader.on('SIGINT', () => end('leave'));
    reader.on('close', () => resolve('leave'));
    ask();
  });
}

const choices: Readonly<Record<string, Choice>> = {
  a: 'abort',
  abort: 'abort',
  l: 'leave',
  leave: 'leave',
  w: 'wait',
  wait: 'wait',
};
