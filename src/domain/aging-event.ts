import type { Severity } from './aging.ts';
import type { ServerId } from './names.ts';

/** What measured aging made of servers. Instants are Unix milliseconds. */
export type AgingEvent =
  | {
      /** A rule holds for the server, for as long as the rule asks. */
      readonly type: 'aged';
      readonly at: number;
      readonly server: ServerId;
      readonly severity: Severity;
      /** As it is written. */
      readonly rule: string;
      readonly evidence: string;
    }
  | {
      /** It does not hold any more, or the rule has left the config file. */
      readonly type: 'aged-over';
      readonly at: number;
      readonly server: ServerId;
      readonly severity: Severity;
      readonly rule: string;
      readonly evidence: string;
    };
