import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands, type CommandRow } from '../../src/cli/commands.ts';
import { options } from '../../src/cli/options.ts';
import { manualPage } from '../../src/cli/completion/manual.ts';
import { must, run } from '../lab/run.ts';
import { built, root } from './built.ts';

const rows = Object.entries<CommandRow>(commands);
const seen = rows.filter(([, row]) => row.hidden !== true);

/** How a person would type an option of the tables, each spelling. */
const spellings = (row: CommandRow): string[] =>
  row.options.flatMap((name) => options[name].flags.match(/--?[\w-]+/g) ?? []).concat('--help');

let home = '';
const script = (shell: string): string => join(home, shell);

beforeAll(async () => {
  await built();
  home = await mkdtemp(join(tmpdir(), 'rejuv-completion-'));
  await mkdir(join(home, 'bin'));
  await writeFile(
    join(home, 'bin/rejuv'),
    `#!/bin/sh\nexec '${process.execPath}' '${root}/dist/bundle/main.js' "$@"\n`,
  );
  await chmod(join(home, 'bin/rejuv'), 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) {
    await writeFile(script(shell), await must([join(home, 'bin/rejuv'), 'completion', shell]));
  }
});
afterAll(async () => await rm(home, { recursive: true }));

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
  HOME: home,
  REJUV_CONFIG: join(root, 'examples/rejuvenate.yaml'),
  ...more,
});

const has = async (shell: string): Promise<boolean> =>
  (await run(['sh', '-c', `command -v ${shell}`])).code === 0;
const shells = {
  bash: await has('bash'),
  zsh: await has('zsh'),
  fish: await has('fish'),
};

/** What bash offers at the end of a line. */
async function bash(line: string): Promise<string[]> {
  const words = line.split(' ');
  const ran = await run(
    [
      ...['bash', '--norc', '-c'],
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rejuv; printf "%s\\n" "${COMPREPLY[@]}"',
      ...['bash', script('bash'), ...words],
    ],
    { env: env() },
  );
  expect(ran.stderr).toBe('');
  return ran.stdout.split('\n').filter((word) => word !== '');
}

/** What fish offers at the end of a line, without its descriptions. */
async function fish(line: string, path?: string): Promise<string[]> {
  const ran = await run(
    ['fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script('fish'), line],
    { env: env(path === undefined ? {} : { PATH: path }) },
  );
  expect(ran.stderr).toBe('');
  return ran.stdout
    .split('\n')
    .filter((word) => word !== '')
    .map((word) => word.split('\t')[0] ?? '');
}

/** What a line with its Tab keys became in an interactive zsh on a terminal of its own, when Enter was pressed. */
async function zsh(keys: string): Promise<string> {
  const session = `
    zmodload zsh/zpty
    zpty -b person zsh -f -i
    type() { zpty -w -n person "$1"; }
    hear() { local text=; while [[ $text != *"$1"* ]]; do zpty -r -t person chunk || { sleep 0.02; continue }; text+=$chunk; done; print -r -- $text }
    type $'PS1= PS2=; unsetopt beep; autoload -U compinit; compinit -D -u; source ${script('zsh')}; print loa""ded\\n'
    hear loaded >/dev/null
    type $'rejuv() { if [[ " $* " == *" names "* ]]; then command rejuv "$@"; else print -r -- "RAN<$*>E""ND"; fi }; print rea""dy\\n'
    hear ready >/dev/null
    type "$1"
    hear '>END'
    zpty -d person
  `;
  const ran = await run(['zsh', '-f', '-c', session, 'zsh', `${keys}\n`], {
    env: env({ TERM: 'dumb' }),
    timeoutMs: 30_000,
  });
  const found = /RAN<(.*)>END/.exec(ran.stdout)?.[1];
  if (found === undefined) throw new Error(`zsh ran nothing: ${ran.stdout}${ran.stderr}`);
  return found;
}

describe.skipIf(!shells.bash)('bash', () => {
  it('offers the commands that people see, and no hidden one', async () => {
    expect(await bash('rejuv ')).toEqual(seen.map(([name]) => name));
    expect(await bash('rejuv -c some.yaml dr')).toEqual(['drain']);
  });

  it('offers each command exactly its options', async () => {
    for (const [name, row] of seen) {
      expect({ name, offers: await bash(`rejuv ${name} -`) }).toEqual({ name, offers: spellings(row) });
    }
  });

  it('offers the servers of the config file, of the one that is named too', async () => {
    expect(await bash('rejuv drain ')).toEqual(['shop/web1', 'shop/web2', 'shop/web3']);
    expect(await bash('rejuv drain --reason why shop/web2')).toEqual(['shop/web2']);
    expect(await bash(`rejuv -c ${root}/examples/minimal.yaml drain `)).toEqual(['shop/web1', 'shop/web2']);
    expect(await bash(`rejuv --config = ${root}/examples/minimal.yaml drain `)).toEqual([
      'shop/web1',
      'shop/web2',
    ]);
    expect(await bash('rejuv role shop/web1 ')).toEqual(['primary', 'spare']);
    expect(await bash('rejuv drain --reason ')).toEqual([]);
  });

  it('offers nothing, and says nothing, where the config file cannot be read', async () => {
    expect(await bash('rejuv -c /nowhere.yaml drain ')).toEqual([]);
  });

  it('never runs what a name says', async () => {
    const evil = join(home, 'evil');
    await mkdir(evil);
    await writeFile(
      join(evil, 'rejuv'),
      `#!/bin/sh\necho '$(touch ${evil}/ran)'\necho '\`touch ${evil}/ran\`'\n`,
    );
    await chmod(join(evil, 'rejuv'), 0o755);
    const line = `PATH=${evil}:$PATH; source ${script('bash')}; COMP_WORDS=(rejuv drain ""); COMP_CWORD=2; _rejuv; ls ${evil}`;
    expect((await must(['bash', '--norc', '-c', line])).trim()).toBe('rejuv');
  });

  it('offers files for --config', async () => {
    expect(await bash(`rejuv -c ${root}/examples/mini`)).toEqual([`${root}/examples/minimal.yaml`]);
  });
});

describe.skipIf(!shells.fish)(`fish${shells.fish ? '' : ' (not installed)'}`, () => {
  it('offers the commands that people see, and no hidden one', async () => {
    expect((await fish('rejuv ')).toSorted()).toEqual(seen.map(([name]) => name).toSorted());
  });

  it('offers each command exactly its options', async () => {
    for (const [name, row] of seen) {
      // Without a rejuv to ask for names, which is what takes the time.
      const system = '/usr/bin:/bin';
      const offers = [
        ...(await fish(`rejuv ${name} --`, system)),
        ...(await fish(`rejuv ${name} -`, system)),
      ];
      const own = spellings(row);
      expect({
        name,
        offers: [...new Set(offers)].filter((word) => word.startsWith('-')).toSorted(),
      }).toEqual({
        name,
        offers: own.toSorted(),
      });
    }
  });

  it('offers the servers of the config file, of the one that is named too', async () => {
    expect(await fish('rejuv drain ')).toEqual(['shop/web1', 'shop/web2', 'shop/web3']);
    expect(await fish(`rejuv -c ${root}/examples/minimal.yaml drain --reason why `)).toEqual([
      'shop/web1',
      'shop/web2',
    ]);
    expect((await fish('rejuv role shop/web1 ')).toSorted()).toEqual(['primary', 'spare']);
    expect(await fish('rejuv drain shop/web1 ')).toEqual([]);
  });
});

describe.skipIf(!shells.zsh)(`zsh${shells.zsh ? '' : ' (not installed)'}`, () => {
  it('completes a command, a server and an option as they are typed', async () => {
    expect(await zsh('rejuv switch\t')).toBe('switchover');
    expect(await zsh('rejuv drain shop/web2\t--no\t')).toBe('drain shop/web2 --no-wait');
  });

  it('completes the servers of the config file that is named, and the words of a role', async () => {
    expect(await zsh(`rejuv -c ${root}/examples/minimal.yaml dra\tshop/web2\t--no\t`)).toContain(
      'drain shop/web2 --no-wait',
    );
    expect(await zsh('rejuv role shop/web3\tpri\t')).toContain('role shop/web3 primary');
  });

  it('completes an option of each command that has one of its own', async () => {
    for (const [name, row] of seen) {
      const own = row.options.filter((option) => option !== 'config' && option !== 'json');
      const [long] = own
        .map((option) => /--[\w-]+/.exec(options[option].flags)?.[0] ?? '')
        .filter((flag) => flag !== '--reason');
      if (long === undefined) continue;
      const place = row.args.map(() => 'x ').join('');
      expect({ name, became: (await zsh(`rejuv ${name} ${place}${long.slice(0, -1)}\t`)).trim() }).toEqual({
        name,
        became: `${name} ${place}${long}`,
      });
    }
  });
});

describe('the manual page', () => {
  it('explains every command that people see, with its options, and no hidden one', () => {
    const page = manualPage().replaceAll('\\-', '-');
    for (const [name, row] of rows) {
      expect({ name, there: page.includes(`.TP\n\\fB${name}\\fR`) }).toEqual({
        name,
        there: row.hidden !== true,
      });
      for (const flag of row.hidden === true ? [] : spellings(row)) expect(page).toContain(flag);
    }
  });

  it('is well formed', async () => {
    const { stdout, stderr, code } = await run(['groff', '-man', '-Tutf8', '-ww', '-z'], {
      input: manualPage(),
    }).catch(() => ({ stdout: '', stderr: '', code: 0 }));
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
  });
});
