import type { ServerId } from './names.ts';
import type { ProbeSettings, RecoveryStep, SshSettings } from './settings.ts';

/** Waits for the storm hold, and asks once more whether the server is still failed. */
export interface ConfirmFaultStep {
  readonly kind: 'confirm-fault';
  readonly server: ServerId;
  readonly fault: 'failed' | 'hung';
  /** Unix milliseconds. */
  readonly notBefore: number;
  readonly probe: ProbeSettings | null;
  readonly allowUnchecked: boolean;
  /** It is out already: only one that was put back is not failed any more. */
  readonly out?: boolean;
}

/** One rung of the ladder: an action on a failed server, and whether it passes its probe afterwards. */
export interface MendStep {
  readonly kind: 'mend';
  readonly server: ServerId;
  readonly rung: RecoveryStep;
  /** Null: nobody can log in. */
  readonly host: SshSettings | null;
  /** What starts the application where a boot does not. */
  readonly start: string | null;
  readonly probe: ProbeSettings;
}

/** Records that a failed server is repaired and verified. */
export interface RecoveredStep {
  readonly kind: 'recovered';
  readonly server: ServerId;
}
