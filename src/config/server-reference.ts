import { parseServerId, type ServerId } from '../domain/names.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write backend/server';

/** Reads `backend/server`. */
export function readServerReference(text: string): Reading<ServerId> {
  const id = parseServerId(text);
  return id === null ? { wrong: 'which does not name a server', right } : { value: id };
}

export const serverReference = textKind(readServerReference, { title: 'backend/server', right });
