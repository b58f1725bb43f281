import { Agent } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';

// Pages are large, short-lived, and outside the heap of V8, which looks for garbage the more often the more of that it has
// been told of: with 1,000 servers, the whole heap every other second. So none is left for it to find.

const bytesAtOnce = 64 * 1024;
/** What comes is handed on, and copied there, before the next comes: one buffer does for all connections. */
const incoming = Buffer.allocUnsafeSlow(bytesAtOnce);

/** Its connections read without a new buffer each time. */
export class FrugalAgent extends Agent {
  /** Called by Agent, and documented there. */
  override createConnection(options: NetConnectOpts): Socket {
    const socket: Socket = connect({
      ...options,
      onread: {
        buffer: incoming,
        callback: (bytes) => {
          socket.emit('data', incoming.subarray(0, bytes));
          return true;
        },
      },
    });
    return socket;
  }
}

const { port1: nowhere, port2: end } = new MessageChannel();
end.close();
nowhere.close();

/** Gives the memory of a buffer back now. What still holds it sees it empty. */
export function giveBack({ buffer, length }: Buffer): void {
  // A part of what others use too.
  if (buffer.byteLength !== length || !(buffer instanceof ArrayBuffer)) return;
  // To a closed port the memory is moved, and ends there. ArrayBuffer.transfer(0) would do, and is not there before Node 22.
  nowhere.postMessage(null, [buffer]);
}
