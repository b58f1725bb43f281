// A page of 60 kB for whoever asks: `npm run bench -- sampling` starts it as a process of its own; prints its port.
import { createServer } from 'node:http';
import { nodeExporterPage } from './exporter-page.ts';

const page = nodeExporterPage();
const server = createServer((_, response) => {
  response.writeHead(200, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Content-Length': page.length,
  });
  response.end(page);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
