import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes programs of the folder of `from` (this one, unless told) as plain JavaScript modules into `directory`. Inside a server nothing but Node is
 * there, and a server that boots should not spend its first second compiling.
 */
export async function writePrograms(
  directory: string,
  names: readonly string[],
  from: string = import.meta.url,
): Promise<void> {
  const { default: ts } = await import('typescript');
  await Promise.all(
    names.map(async (name) => {
      const source = await readFile(new URL(`./${name}.ts`, from), 'utf8');
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2023,
          module: ts.ModuleKind.ESNext,
          rewriteRelativeImportExtensions: true,
          verbatimModuleSyntax: true,
        },
      });
      await writeFile(join(directory, `${name}.js`), outputText);
    }),
  );
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
}
