import { textKind, type Reading } from './text-kind.ts';

const right = 'write a shell command such as sudo -n systemctl start shop';

/** Reads a shell command; it is run as written. */
export function readCommand(text: string): Reading<string> {
  if (text.trim() === '') return { wrong: 'which is no command', right };
  if (text.includes('\0')) return { wrong: 'which holds a zero byte', right };
  return { value: text };
}

export const command = textKind(readCommand, { title: 'command', right, pattern: /\S/ });
