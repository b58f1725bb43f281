import { connect } from 'node:net';

/**
 * Who is behind a unix socket: `somebody` accepts connections; `nobody` does, though the file is there;
 * `nothing` is there at all. Any other failure is given as it is, such as EACCES.
 */
export type Answer = 'somebody' | 'nobody' | 'nothing' | NodeJS.ErrnoException;

export async function whoAnswers(path: string): Promise<Answer> {
  return await new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve('somebody');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve('nobody');
      else if (error.code === 'ENOENT') resolve('nothing');
      // Its queue of waiting clients is full: busy, but there.
      else if (error.code === 'EAGAIN') resolve('somebody');
      else resolve(error);
    });
  });
}
