import { isEnd } from '../../domain/operation.ts';
import { RejuvError } from '../../domain/errors.ts';
import { print, settingsOf, type Call, type Handler } from '../call.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { manualPage } from './manual.ts';
import { listings, type Listing } from './words.ts';
import { zshCompletion } from './zsh.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Prints the completion script of a shell. Raises usage. */
export const completion: Handler = (call) => {
  const name = call.args[0] ?? '';
  const shell = Object.entries(shells).find(([known]) => known === name)?.[1];
  if (shell === undefined) return Promise.reject(unknown(name, 'a shell', Object.keys(shells)));
  print(call, shell().trimEnd());
  return Promise.resolve(0);
};

/** Prints the manual page. */
export const manual: Handler = (call) => {
  print(call, manualPage().trimEnd());
  return Promise.resolve(0);
};

/** Prints the names that can be completed, one per line: from the config file and the records alone. Raises usage. */
export const names: Handler = async (call) => {
  const wanted = call.args[0] ?? '';
  const listing = listings.find((one) => one === wanted);
  if (listing === undefined) throw unknown(wanted, 'a list', listings);
  for (const name of await list(call, listing)) print(call, name);
  return 0;
};

async function list(call: Call, listing: Listing): Promise<readonly string[]> {
  const settings = await settingsOf(call);
  switch (listing) {
    case 'backends':
      return settings.backends.map(({ name }) => name);
    case 'servers':
      return settings.backends.flatMap(({ name, servers }) =>
        servers.map((server) => `${name}/${server.name}`),
      );
    case 'operations': {
      const { operations } = await call.outside.history(settings);
      return operations.filter(({ phase }) => !isEnd(phase)).map(({ id }) => id);
    }
  }
}

function unknown(name: string, what: string, known: readonly string[]): RejuvError {
  return new RejuvError('usage', {
    problem: `${name} is not ${what} known here; it is one of ${known.join(', ')}`,
  });
}
