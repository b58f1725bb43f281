import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPart } from './marked.ts';
import { parts, root } from './parts.ts';

// `npm run docs`: makes the generated parts of the documents anew; what stands around them stays.
for (const { file, name, text } of parts) {
  const path = join(root, file);
  const before = await readFile(path, 'utf8');
  const after = withPart(before, name, text());
  if (after === before) continue;
  await writeFile(path, after);
  console.log(`${file}: ${name}`);
}
