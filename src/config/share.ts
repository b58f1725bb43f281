import { textKind, type Reading } from './text-kind.ts';

const right = 'write a share such as 1/3 or 33%';

/** Reads `1/3`, `33%`: more than nothing, at most all. */
export function readShare(text: string): Reading<number> {
  const [, above, below, percent] = /^(?:(\d{1,4})\/(\d{1,4})|(\d{1,3}(?:\.\d{1,3})?)%)$/.exec(text) ?? [];
  const share = percent === undefined ? Number(above) / Number(below) : Number(percent) / 100;
  if (Number.isNaN(share)) return { wrong: 'which is not a share', right };
  if (!(share > 0 && share <= 1)) return { wrong: 'which is not more than nothing and at most all', right };
  return { value: share };
}

export const share = textKind(readShare, { title: 'share', right, pattern: /^\d+(\/\d+|(\.\d+)?%)$/ });
