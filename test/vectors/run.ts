// `npm run vectors -- FILE...`: checks files of vectors against src/model. Exit status 1 if a vector fails, 2 if a file
// cannot be used.
import { basename } from 'node:path';
import { checkFile } from './check.ts';
import { sections } from './sections.ts';
import { BadVectorFile, readVectorFile } from './vector-file.ts';

const paths = process.argv.slice(2);

function run(): number {
  if (paths.length === 0) throw new BadVectorFile('usage: npm run vectors -- FILE...');
  const files = paths.map(readVectorFile);
  let failed = 0;
  for (const file of files) {
    console.log(basename(file.path));
    for (const result of checkFile(file, sections)) {
      const { section, passed, total, largestError, problems } = result;
      const share = `${passed}/${total}`;
      console.log(
        `  ${section.padEnd(20)} ${share.padStart(7)} passed  largest relative error ${largestError.toExponential(1)}`,
      );
      for (const problem of problems) console.log(`    ${problem}`);
      failed += total - passed;
    }
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = run();
} catch (thrown) {
  if (!(thrown instanceof BadVectorFile)) throw thrown;
  console.error(thrown.message);
  process.exitCode = 2;
}
