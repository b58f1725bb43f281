import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';

/** A command to run, with the same values in its environment as `REJUV_ADDRESS` and so on. */
export interface FilledCommand {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Letters, digits and these mean nothing to a shell, within quotes or without. */
const plain = /^[A-Za-z0-9_.:][A-Za-z0-9_.:-]*$/;

/**
 * The command that cuts the power of one server's host. The address comes from HAProxy, so from outside: a value that
 * a shell or a program could read as anything but a name is refused, never quoted, since quotes of the command itself
 * could undo the quoting.
 * @throws RejuvError placeholder-unsafe
 */
export function fillPowerCommand(template: string, server: ServerId, address: string): FilledCommand {
  const values = { address, server: server.server, backend: server.backend };
  const command = fill(
    template,
    values,
    (name) => new RegExp(`(?<!\\$)\\{${name}\\}`).test(template),
    server,
  );
  return {
    command,
    environment: {
      REJUV_ADDRESS: address,
      REJUV_SERVER: server.server,
      REJUV_BACKEND: server.backend,
    },
  };
}

/**
 * A command or a path of a checkpoint, for the primary whose state it is.
 * @throws RejuvError placeholder-unsafe
 */
export function fillCheckpointText(template: string, primary: ServerId, slot: number): string {
  const values = { backend: primary.backend, server: primary.server, slot: String(slot) };
  return fill(template, values, () => true, primary);
}

function fill(
  template: string,
  values: Readonly<Record<string, string>>,
  used: (name: string) => boolean,
  server: ServerId,
): string {
  for (const [name, value] of Object.entries(values)) {
    // `..` as a path would lead elsewhere.
    if (used(name) && (!plain.test(value) || /^\.+$/.test(value))) {
      throw new RejuvError('placeholder-unsafe', {
        ...server,
        placeholder: name,
        value: JSON.stringify(value),
      });
    }
  }
  return template.replace(/(?<!\$)\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
