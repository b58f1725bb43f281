// Servers that show a page of 60 kB each: `npm run bench -- sampling` starts `sampling-exporter SERVERS` as a process of its
// own; prints their ports as JSON.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { nodeExporterPage } from './exporter-page.ts';

const page = nodeExporterPage();
/** As exporters answer who asks for it. */
const packed = gzipSync(page);
const ports: number[] = [];
for (let at = 0; at < Number(process.argv[2]); at += 1) {
  const server = createServer((request, response) => {
    const packs = request.headers['accept-encoding']?.includes('gzip') === true;
    const body = packs ? packed : page;
    response.writeHead(200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Content-Length': body.length,
      ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
    });
    response.end(body);
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address === 'object' && address !== null) ports.push(address.port);
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
