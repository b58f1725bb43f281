import { request } from 'node:http';

/**
 * GET of a JSON document over a unix socket, by Node alone. Gives whatever status there was; raises what the socket
 * raises, a SyntaxError where the body is no JSON, and an abort once `signal` fires.
 */
export async function getOverSocket(
  socketPath: string,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly data: unknown }> {
  return await new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, path, signal, agent: false, headers: { host: 'rejuv' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () => {
          try {
            resolve({ status: response.statusCode ?? 0, data: JSON.parse(text) as unknown });
          } catch (problem) {
            reject(problem instanceof Error ? problem : new Error(String(problem)));
          }
        });
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}
