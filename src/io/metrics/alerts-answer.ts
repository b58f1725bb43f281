import type { AlertBlocker, FiringAlert } from '../../domain/blockers.ts';
import type { HttpAnswer } from './http-answer.ts';
import { isRecord, parsed } from './json.ts';

/**
 * What fires, out of the answer of a Prometheus or an Alertmanager. Anything that is not exactly such an answer is refused,
 * for an alert that could not be read may be the one that matters.
 * @throws Error saying what is wrong
 */
export function readFiring(
  kind: AlertBlocker['kind'],
  { status, body }: Pick<HttpAnswer, 'status' | 'body'>,
): FiringAlert[] {
  const answer = parsed(body);
  if (status !== 200) throw new Unreadable(`it answers with status ${status}${told(answer)}`);
  if (kind === 'alertmanager') return listOf(answer).map((alert) => alertOf(alert, 'startsAt'));
  if (!isRecord(answer) || answer['status'] !== 'success' || !isRecord(answer['data'])) {
    throw new Unreadable(`its answer is none of a Prometheus${told(answer)}`);
  }
  const warnings = answer['warnings'];
  if (Array.isArray(warnings) && warnings.length > 0) {
    throw new Unreadable(`it warns that its answer may lack something: ${shown(warnings[0])}`);
  }
  return listOf(answer['data']['alerts'])
    .filter(isFiring)
    .map((alert) => alertOf(alert, 'activeAt'));
}

class Unreadable extends Error {}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Unreadable('its answer has no list of alerts');
}

/** Pending ones are not sure yet; a state that is not known is taken for firing. */
function isFiring(alert: unknown): boolean {
  return !isRecord(alert) || (alert['state'] !== 'pending' && alert['state'] !== 'inactive');
}

function alertOf(alert: unknown, since: string): FiringAlert {
  const labels = isRecord(alert) ? alert['labels'] : undefined;
  if (!isRecord(alert) || !isRecord(labels)) throw new Unreadable('one of its alerts has no labels');
  const texts = Object.entries(labels).map(([name, value]) => {
    if (typeof value !== 'string')
      throw new Unreadable(`the label ${shown(name)} of one of its alerts is no text`);
    return [name, value] as const;
  });
  const began = typeof alert[since] === 'string' ? Date.parse(alert[since]) : Number.NaN;
  return { labels: Object.fromEntries(texts), since: Number.isNaN(began) ? null : began };
}

function told(answer: unknown): string {
  const error = isRecord(answer) ? (answer['error'] ?? answer['message']) : undefined;
  return typeof error === 'string' ? `: ${shown(error)}` : '';
}

/** Words of others: short, and without what would command a terminal. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, 200).replace(/\p{Cc}/gu, '?');
}
