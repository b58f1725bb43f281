import { createConnection } from 'node:net';

/** One command to a runtime socket of HAProxy; the lab's own eyes and hands, independent of rejuv's client. */
export function runtime(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const connection = createConnection(socket);
    connection.setTimeout(5000, () => connection.destroy(new Error(`no answer from ${socket}`)));
    connection.setEncoding('utf8').on('data', (text: string) => (reply += text));
    connection.on('error', reject);
    connection.on('close', () => resolve(reply));
    connection.write(`${command}\n`);
  });
}

/** One row of `show servers state`, by column name. */
export async function serverStates(
  socket: string,
  backend: string,
): Promise<Map<string, Record<string, string>>> {
  const lines = (await runtime(socket, `show servers state ${backend}`)).split('\n');
  const columns = lines[1]?.replace(/^# /, '').split(' ') ?? [];
  const rows = lines
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
    .map((cells) => Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])));
  return new Map(rows.map((row) => [row['srv_name'] ?? '', row]));
}
