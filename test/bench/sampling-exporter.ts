// Servers that show a page of 60 kB each: `npm run bench -- sampling` starts `sampling-exporter SERVERS` as a process of its
// own; prints their ports as JSON.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { nodeExporterPage } from './exporter-page.ts';

const page = nodeExporterPage();
const ports: number[] = [];
for (let at = 0; at < Number(process.argv[2]); at += 1) {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Content-Length': page.length,
    });
    response.end(page);
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address === 'object' && address !== null) ports.push(address.port);
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
