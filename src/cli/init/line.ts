import { commentWord } from './yaml-words.ts';

/** One line of the new file; what is to be done about it, if anything. */
export interface Line {
  readonly text: string;
  readonly toDo: { readonly kind: ToDo['kind']; readonly what: string } | null;
}

/** What a person still has to do. */
export interface ToDo {
  /** In the file, counted from 1. */
  readonly line: number;
  /** fill-in: a value in this file · fix: something in HAProxy, or on a host. */
  readonly kind: 'fill-in' | 'fix';
  readonly what: string;
}

/** Lines as they are. */
export function lines(...texts: readonly string[]): Line[] {
  return texts.map((text) => ({ text, toDo: null }));
}

/** A comment. */
export function comment(indent: number, ...texts: readonly string[]): Line[] {
  return lines(...texts.map((text) => `${' '.repeat(indent)}# ${commentWord(text)}`));
}

/** A comment that says what is missing right below it. */
export function fillIn(indent: number, what: string): Line {
  return toDo(indent, 'fill-in', 'FILL IN', what);
}

/** A comment that says what has to be put right outside of the file. */
export function fix(indent: number, what: string): Line {
  return toDo(indent, 'fix', 'FIX', what);
}

function toDo(indent: number, kind: ToDo['kind'], mark: string, what: string): Line {
  return {
    text: `${' '.repeat(indent)}# ${mark}: ${commentWord(what)}`,
    toDo: { kind, what: commentWord(what) },
  };
}

/** The file, and what is to be done in it. */
export function textOf(all: readonly Line[]): { readonly text: string; readonly toDo: readonly ToDo[] } {
  return {
    text: `${all.map(({ text }) => text.trimEnd()).join('\n')}\n`,
    toDo: all.flatMap((line, index) => (line.toDo === null ? [] : [{ line: index + 1, ...line.toDo }])),
  };
}
