import type { Trigger } from '../../domain/operation.ts';
import { clean } from './clean.ts';

/** `by anna (as the client states it)`: nothing proves who typed a command, and nothing pretends to. */
export function byWhom(by: string | null, trigger: Trigger | null): string {
  if (by !== null) return `by ${clean(by)} (as the client states it)`;
  switch (trigger) {
    case 'schedule':
      return 'by a schedule';
    case 'threshold':
      return 'by a threshold';
    case 'fault':
      return 'because of a fault';
    case 'operator':
    case null:
      return 'by a person who gave no name';
  }
}
