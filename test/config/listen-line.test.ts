import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listenLineOf, readListenLine } from '../../src/config/listen-line.ts';

describe('the line that says where the sidecar listens', () => {
  it.each([
    ['alone', 'listen: /run/rejuv/rejuv.sock\n'],
    ['without a final line end', 'state: /var/lib/rejuv\nlisten: /run/rejuv/rejuv.sock'],
    ['with a comment behind it', 'listen: /run/rejuv/rejuv.sock   # the CLI\npoll: 2s\n'],
    ['in a file from Windows', 'poll: 2s\r\nlisten: /run/rejuv/rejuv.sock\r\nstate: /x\r\n'],
    [
      'beside comments and inner sections of that name',
      '# listen: /no\na:\n  listen: /no\nlisten: /run/rejuv/rejuv.sock\n',
    ],
  ])('is read: %s', (_, text) => {
    expect(listenLineOf(text)).toBe('/run/rejuv/rejuv.sock');
  });

  it.each([
    ['nothing', 'poll: 2s\n'],
    ['a section', 'listen:\n  path: /run/rejuv.sock\n'],
    ['a section on one line', 'listen: { path: /run/rejuv.sock, group: ops }\n'],
    ['quotes', 'listen: "/run/rejuv.sock"\n'],
    ['an anchor', 'listen: &here /run/rejuv.sock\n'],
    ['an alias', 'listen: *here\n'],
    ['two of them', 'listen: /a\nlisten: /b\n'],
    ['a relative path', 'listen: run/rejuv.sock\n'],
    ['a path that goes on', 'listen: /run/a b\n'],
    ['a text that goes on in the next line', 'listen: /run/a\n  b\n'],
    ['another key with the same beginning', 'listening: /a\nlisten: /b\n'],
  ])('is left to the parser: %s', (_, text) => {
    expect(listenLineOf(text)).toBeNull();
  });

  it('is what the YAML parser reads, whatever stands around it', () => {
    const path = fc.stringMatching(/^\/[a-z0-9_./-]{1,20}$/);
    const other = fc.constantFrom(
      'poll: 2s',
      '# listen: /comment',
      'a:\n  listen: /inner',
      'text: |\n  listen: /block\n\n  more',
      'b: "quoted\n  listen: /quoted"',
      'list:\n  - listen: /item',
      '',
    );
    const around = fc.uniqueArray(other, { maxLength: 6 });
    fc.assert(
      fc.property(
        around,
        path,
        fc.constantFrom('', ' # why', '  '),
        around,
        (before, socket, behind, after) => {
          const rest = after.filter((one) => !before.includes(one));
          const text = [...before, `listen: ${socket}${behind}`, ...rest, ''].join('\n');
          const parsed = parse(text) as { listen: string };
          const read = listenLineOf(text);
          expect(read === null || read === parsed.listen).toBe(true);
          expect(read).toBe(socket);
        },
      ),
    );
  });

  it('is nothing where the file cannot be read, which the long way says better', async () => {
    expect(await readListenLine('/nonexistent/rejuv.yaml')).toBeNull();
    const directory = await mkdtemp(join(tmpdir(), 'rejuv-listen-'));
    await writeFile(join(directory, 'a.yaml'), 'listen: /run/a.sock\n');
    expect(await readListenLine(join(directory, 'a.yaml'))).toBe('/run/a.sock');
    await rm(directory, { recursive: true });
  });
});
