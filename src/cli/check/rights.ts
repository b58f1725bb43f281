import { commandProblem } from '../../domain/command-problem.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { CommandResult, Host } from '../../domain/seams.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import { shellQuote } from '../../io/ssh/shell-quote.ts';
import { examinationMs } from './deadline.ts';
import { failed, found, notExamined, type Finding } from './finding.ts';
import { plainWords } from './shell-words.ts';
import { needsPassword, readSudo, type SudoCommand } from './sudo.ts';

const group = 'hosts';

/** What a configured command needs on a host. */
export type Right =
  | { readonly kind: 'sudo'; readonly command: string; readonly sudo: SudoCommand; readonly question: string }
  | { readonly kind: 'program'; readonly command: string; readonly question: string }
  /** It cannot be told without running it. */
  | { readonly kind: 'unclear'; readonly command: string };

/** Programs that run what follows them: their being there says little. */
const runners = new Set([
  ...['sh', 'bash', 'dash', 'ksh', 'zsh', 'env', 'exec', 'eval', 'command', 'nice', 'ionice', 'timeout'],
  ...['nohup', 'setsid', 'time', 'xargs', 'su', 'runuser', 'doas', 'if', 'while', 'for', 'case', 'until'],
]);

/** The rights that the commands of a backend need, each with a question that runs none of them. */
export function rightsOf(backend: BackendSettings): Right[] {
  const commands = [
    backend.spare.start,
    backend.spare.stop,
    ...backend.duplex.map((one) => (one.kind === 'run' ? one.command : null)),
    ...backend.actions.map(({ command }) => command),
    ...faultCommands(backend),
  ];
  return [...new Set(commands)].flatMap((command) => (command === null ? [] : [rightOf(command)]));
}

/** Those that run on the servers: power is cut from this machine, and a store is a host of its own. */
function faultCommands({ faults }: BackendSettings): string[] {
  const { recover = [], checkpoint = null } = faults ?? {};
  const steps = [...(checkpoint?.steps ?? []), ...(checkpoint?.restore ?? [])];
  return [
    ...recover.flatMap(({ kind, command }) => (kind === 'power-cycle' ? [] : [command])),
    ...steps.flatMap((step) => (step.kind === 'run' && step.on !== 'store' ? [step.command] : [])),
  ];
}

function rightOf(command: string): Right {
  const words = plainWords(command);
  const [program] = words ?? [];
  if (words === null || program === undefined) return { kind: 'unclear', command };
  if (program === 'sudo') {
    const sudo = readSudo(words);
    if (sudo === null) return { kind: 'unclear', command };
    // In the words of the config file, which a restricted login knows.
    const asked = command.trim().replace(/^sudo\s+(?:-n\s+)?/, '');
    return { kind: 'sudo', command, sudo, question: `sudo -n -l ${asked}` };
  }
  if (runners.has(program) || words.includes('sudo')) return { kind: 'unclear', command };
  return { kind: 'program', command, question: `command -v ${word(program)}` };
}

/** Quoted only where it has to be, so that people and restricted logins can read the question. */
function word(text: string): string {
  return /^[\w./:=@%+,^-]+$/.test(text) ? text : shellQuote(text);
}

/** What is not asked of any host, once per backend. */
export function unclearRights(backend: BackendSettings): Finding[] {
  return rightsOf(backend).flatMap(({ kind, command }) => {
    if (kind !== 'unclear') return [];
    const what = `what \`${command}\` needs: it is more than one plain command, and only running it would tell`;
    const fix = 'put it into a script on the servers, and allow that script';
    return [notExamined(group, `backend ${backend.name}`, what, fix)];
  });
}

/** Lists what sudo allows, in words that do not depend on the language there. */
const listingQuestion = 'LC_ALL=C sudo -n -l -l';

/** Asks one host about every right. `user` is who logs in. Raises what Host.run raises. */
export async function examineRights(
  host: Host,
  where: string,
  { backend, user }: { readonly backend: BackendSettings; readonly user: string },
  signal: AbortSignal,
): Promise<Finding[]> {
  const rights = rightsOf(backend);
  const listing =
    user !== 'root' && rights.some(({ kind }) => kind === 'sudo')
      ? (await host.run(listingQuestion, examinationMs, signal)).stdout
      : null;
  const findings: Finding[] = [];
  const undecided: string[] = [];
  for (const right of rights) {
    if (right.kind === 'unclear') continue;
    const result = await host.run(right.question, examinationMs, signal);
    const answer =
      right.kind === 'program'
        ? programFinding(host, where, right.command, result)
        : sudoFinding(host, where, right, result, listing);
    if (answer === 'undecided') undecided.push(`\`${right.command}\``);
    else findings.push(...answer);
  }
  if (undecided.length > 0) {
    const what = `whether sudo asks for a password before ${undecided.join(', ')}: sudo allows it, and does not list how`;
    const fix = `let the login run \`${listingQuestion}\`, which changes nothing`;
    findings.push(notExamined(group, where, what, fix));
  }
  if (rights.length > 0 && findings.length === 0) {
    findings.push(found('ok', group, where, 'the configured commands are there and allowed'));
  }
  return findings;
}

function programFinding(host: Host, where: string, command: string, result: CommandResult): Finding[] {
  if (result.status === 0) return [];
  // `command -v` says nothing when it does not find it; words are those of a login that did not run it.
  if (result.stderr.trim() !== '') return [refused(where, command, result)];
  return [failed(group, where, new RejuvError('command-not-found', { host: host.name, command }))];
}

function sudoFinding(
  host: Host,
  where: string,
  { command, sudo }: Extract<Right, { kind: 'sudo' }>,
  result: CommandResult,
  listing: string | null,
): Finding[] | 'undecided' {
  const fix = 'allow exactly this command with NOPASSWD in sudoers';
  if (result.status === 0) {
    if (listing === null) return [];
    const wanted = needsPassword(listing, sudo, result.stdout.trim());
    if (wanted === true) {
      return [failed(group, where, new RejuvError('sudo-password', { host: host.name, command }))];
    }
    return wanted === false ? [] : 'undecided';
  }
  const problem = commandProblem(host.name, command, result);
  const words = result.stderr.trim();
  if (problem?.code === 'command-not-found' || problem?.code === 'sudo-password') {
    return [failed(group, where, problem)];
  }
  // sudo refuses a command without a word, and somebody who may run nothing with these (sudo 1.8 to 1.9).
  if (words === '' || /not allowed to|may not run sudo|not in the sudoers|^sudo: unknown user/m.test(words)) {
    return [found('error', group, where, `sudo there does not allow \`${command}\``, fix)];
  }
  return [refused(where, command, result)];
}

function refused(where: string, command: string, { stderr, stdout, status }: CommandResult): Finding {
  const said = stderr.trim().split('\n').at(-1) ?? stdout.trim();
  const what = `the right to \`${command}\`: the question ended with ${status ?? 'a signal'} (${said})`;
  return notExamined(
    group,
    where,
    what,
    'let the login run `sudo -n -l …` and `command -v …`: they change nothing',
  );
}
