import type { AlertBlocker, FiringAlert } from '../../domain/blockers.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Alerts, Clock } from '../../domain/seams.ts';
import { readFiring } from './alerts-answer.ts';
import { createHttp } from './http-answer.ts';

/** A shop where more fires than fits here has other worries. */
const longestAnswer = 16 * 1024 * 1024;
const connectionsAtOnce = 2;

/** Paths of what fires; silenced and inhibited alerts are left out by Alertmanager itself. */
const paths: Readonly<Record<AlertBlocker['kind'], string>> = {
  prometheus: '/api/v1/alerts',
  alertmanager: '/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true',
};

/** Firing alerts over HTTP. Formats: https://prometheus.io/docs/prometheus/latest/querying/api/#alerts, and the OpenAPI of Alertmanager. */
export function createAlerts(clock: Clock): Alerts & { close(): void } {
  const http = createHttp(clock, connectionsAtOnce);
  return {
    async firing({ kind, url, auth, deadlineMs }, signal): Promise<readonly FiringAlert[]> {
      const question = {
        ...{ url: `${url}${paths[kind]}`, form: null, accept: 'application/json', auth },
        ...{ deadlineMs, limit: longestAnswer, facts: {} },
      };
      try {
        return await http.ask(question, signal, (answer) => readFiring(kind, answer));
      } catch (thrown) {
        signal.throwIfAborted();
        throw new RejuvError('alerts-unknown', { url, problem: problemIn(thrown) }, { cause: thrown });
      }
    },
    close() {
      http.close();
    },
  };
}

function problemIn(thrown: unknown): string | number {
  if (thrown instanceof RejuvError) return thrown.facts['problem'] ?? thrown.message;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
