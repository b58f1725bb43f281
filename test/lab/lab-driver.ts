// Starts a lab with clients, prints its directory, and does nothing more: for the test that kills it.
import { startLab } from './lab.ts';

const lab = await startLab();
await lab.startLoad();
lab.spawn(['sleep', '1000']);
process.stdout.write(`${lab.directory}\n`);
setInterval(() => undefined, 1000);
