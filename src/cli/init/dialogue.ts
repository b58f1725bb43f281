import { Writable } from 'node:stream';
import type { text as askForText } from '@clack/prompts';
import { readUser } from '../../config/ssh-target.ts';
import type { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type BackendName, type ServerId } from '../../domain/names.ts';
import { describeRow } from '../../policy/serving.ts';
import { clean } from '../show/clean.ts';
import type { Terminal } from '../terminal.ts';
import { socketProblem, type Answering } from './look.ts';
import type { SeenServer } from './seen.ts';
import { isTaken } from './taken.ts';

/** What a question gives that was answered with Ctrl-C. */
type Cancelled = Extract<Awaited<ReturnType<typeof askForText>>, symbol>;

/** The questions, in their order. Each raises the reason of the signal when it is answered with Ctrl-C. */
export interface Dialogue {
  /** One or two of the HAProxys found, by their sockets; none where all are other ones. */
  sockets(found: Answering['found']): Promise<string[]>;
  firstSocket(errors: readonly RejuvError[]): Promise<string>;
  /** Empty: to be filled in later. */
  secondSocket(first: string): Promise<string>;
  backends(
    usable: readonly BackendName[],
    servers: ReadonlyMap<BackendName, readonly SeenServer[]>,
  ): Promise<readonly BackendName[]>;
  spares(
    servers: readonly { readonly id: ServerId; readonly server: SeenServer }[],
    byConfig: readonly ServerId[],
  ): Promise<readonly ServerId[]>;
  sshUser(): Promise<string>;
  output(usual: string, force: boolean): Promise<string>;
  say(text: string): void;
  /** The last word. */
  end(text: string): void;
}

/** Serial lines and some containers say that they are 0 columns wide, and every letter would get a line of its own. */
function withWidth({ stderr, columns }: Terminal): Writable {
  if (columns > 0) return stderr;
  return new Writable({
    write(chunk: Buffer, encoding, done) {
      stderr.write(chunk, encoding);
      done();
    },
  });
}

/** The dialogue on a terminal. Ctrl-C at a question fires `stop`. */
export async function openDialogue(terminal: Terminal, stop: AbortController): Promise<Dialogue> {
  // Only here: it takes its time to load, and a command without a person has no use for it.
  const { intro, isCancel, log, multiselect, outro, text } = await import('@clack/prompts');
  const output = withWidth(terminal);
  const streams = { input: terminal.stdin, output, signal: stop.signal };
  const answered = <T>(answer: T | Cancelled): T => {
    if (!isCancel(answer)) return answer;
    stop.abort(new Error('interrupted at a question'));
    throw stop.signal.reason;
  };
  const say = (what: string): void => log.warn(clean(what), { output });
  const validSocket = (typed: string | undefined): string | undefined =>
    socketProblem(typed ?? '') ?? undefined;
  intro('rejuv init: a config file for HAProxys that run', { output });

  return {
    async sockets(found) {
      for (;;) {
        const chosen = answered(
          await multiselect({
            ...streams,
            message: 'Which HAProxys are the pair? (space chooses, none if they are elsewhere)',
            options: found.map(({ socket, level, view }) => ({
              value: socket,
              label: socket,
              hint: clean(`HAProxy ${view.version}, level ${level}, ${view.servers.length} server(s)`),
            })),
            initialValues: found.slice(0, 2).map(({ socket }) => socket),
            required: false,
          }),
        );
        if (chosen.length <= 2) return chosen;
        say('choose two at most: rejuv works on a pair');
      }
    },

    async firstSocket(errors) {
      for (const error of errors) say(`${error.message}; ${error.fix}`);
      const message = 'Where is the runtime socket of the first HAProxy? (`stats socket` in its haproxy.cfg)';
      const placeholder = '/run/haproxy/admin.sock, tcp://host:port or ssh://user@host/path';
      return answered(await text({ ...streams, message, placeholder, validate: validSocket }));
    },

    async secondSocket(first) {
      const message = 'Where is the runtime socket of the other HAProxy? (empty: fill it in later)';
      const placeholder = 'ssh://rejuv@10.0.0.12/run/haproxy/admin.sock, tcp://host:port or a path';
      const validate = (typed: string | undefined): string | undefined => {
        if ((typed ?? '') === '') return undefined;
        return typed === first ? 'this is the socket of the first one' : validSocket(typed);
      };
      return answered(await text({ ...streams, message, placeholder, defaultValue: '', validate }));
    },

    async backends(usable, servers) {
      return answered(
        await multiselect<BackendName>({
          ...streams,
          message: 'Which backends shall rejuv look after? (space chooses)',
          options: usable.map((name) => ({
            value: name,
            label: name,
            hint: clean((servers.get(name) ?? []).map((server) => server.name).join(', ')).slice(0, 60),
          })),
          initialValues: usable.slice(0, 1),
          required: true,
        }),
      );
    },

    async spares(servers, byConfig) {
      const message = 'Which servers are spares? Those `disabled` in haproxy.cfg are chosen (space changes)';
      const chosen = answered(
        await multiselect({
          ...streams,
          message,
          options: servers.map(({ id, server: { sightings } }) => {
            const [first] = sightings;
            const hint = first === undefined ? '' : `${first.row.address}, ${describeRow(first.row)}`;
            return { value: formatServerId(id), label: formatServerId(id), hint: clean(hint) };
          }),
          initialValues: byConfig.map(formatServerId),
          required: false,
        }),
      );
      return servers.map(({ id }) => id).filter((id) => chosen.includes(formatServerId(id)));
    },

    async sshUser() {
      const message = 'As whom shall rejuv log in to the servers over SSH?';
      const validate = (typed: string | undefined): string | undefined => {
        const reading = readUser(typed ?? '');
        return 'value' in reading ? undefined : `${reading.wrong}; ${reading.right}`;
      };
      return answered(await text({ ...streams, message, initialValue: 'rejuv', validate }));
    },

    async output(usual, force) {
      const message = 'Where shall the config file go?';
      const validate = (typed: string | undefined): string | undefined => {
        if ((typed ?? '') === '') return 'name a file, or - for standard output';
        if (force || typed === undefined || !isTaken(typed)) return undefined;
        return 'this file exists; name another one, or start again with --force';
      };
      return answered(await text({ ...streams, message, initialValue: usual, validate }));
    },

    say,
    end: (what) => outro(clean(what), { output }),
  };
}
