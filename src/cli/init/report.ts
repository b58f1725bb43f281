import { formatServerId } from '../../domain/names.ts';
import { print, printJson, tell, type Call } from '../call.ts';
import { shellQuote } from '../../io/ssh/shell-quote.ts';
import { clean } from '../show/clean.ts';
import type { Offer } from './choose.ts';
import type { ToDo } from './line.ts';
import type { Sketch } from './sketch.ts';

/** What came of it. */
export interface Outcome {
  /** Null: standard output. */
  readonly path: string | null;
  readonly text: string;
  readonly toDo: readonly ToDo[];
  readonly sketch: Sketch;
  readonly offer: Offer;
}

/** Says what was written, what is still to be done, line by line, and the next command. */
export function report(call: Call, outcome: Outcome): void {
  if (call.options.json === true) printJson(call, asJson(call, outcome));
  else {
    if (outcome.path === null) print(call, outcome.text.replace(/\n$/, ''));
    for (const line of forPeople(call, outcome)) tell(call, clean(line));
  }
}

function forPeople(call: Call, { path, toDo, sketch, offer }: Outcome): string[] {
  const file = path ?? 'rejuv.yaml';
  const { backends, seen } = sketch;
  const servers = backends.flatMap((backend) => backend.servers);
  const spares = servers.filter(({ role }) => role === 'spare').map(({ id }) => formatServerId(id));
  const all =
    backends.length === offer.usable.length && backends.length > 1
      ? ' (all there are; --backend chooses)'
      : '';
  return [
    `${path === null ? 'read' : `${path}: written`} from ${seen.map(({ socket }) => socket).join(' and ')}: ` +
      `${backends.length} backend(s)${all}, ${servers.length} server(s), spare(s): ${spares.join(', ') || 'none'}`,
    ...offer.unusable.map(({ backend, why }) => `left out: backend ${backend}: ${why}`),
    ...toDo.map(({ line, kind, what }) => `${file}:${line}  ${kind === 'fix' ? 'fix' : 'fill in'}: ${what}`),
    `next: ${nextCommand(call, path)}`,
  ];
}

function asJson(call: Call, { path, text, toDo, sketch, offer }: Outcome): object {
  const of = (kind: ToDo['kind']): object[] =>
    toDo.filter((one) => one.kind === kind).map(({ line, what }) => ({ line, what }));
  return {
    path,
    ...(path === null ? { config: text } : {}),
    loadBalancers: sketch.seen.map(({ name, socket, master, level, view }) => ({
      name,
      socket,
      master,
      level,
      version: view.version,
    })),
    backends: sketch.backends.map(({ name, minServing, servers, leftOut }) => ({
      name,
      minServing,
      servers: servers.map(({ id, place, role }) => ({ name: id.server, address: place, role })),
      leftOut,
    })),
    leftOut: offer.unusable,
    fillIn: of('fill-in'),
    fix: of('fix'),
    next: nextCommand(call, path),
  };
}

function nextCommand({ terminal }: Call, path: string | null): string {
  const usual = terminal.env['REJUV_CONFIG'] ?? '';
  if (path === (usual === '' ? '/etc/rejuv/rejuv.yaml' : usual)) return 'rejuv check';
  if (path === null) return 'rejuv check -c FILE';
  return `rejuv check -c ${/^[\w./@%+=:,-]+$/.test(path) ? path : shellQuote(path)}`;
}
