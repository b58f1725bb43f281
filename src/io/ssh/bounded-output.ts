/** Output of a command in bounded memory: its first and its last bytes. */
export interface BoundedOutput {
  add(chunk: Buffer): void;
  text(): string;
  /** True when bytes were left out. */
  truncated(): boolean;
}

/** Keeps the first and the last half of `limit` bytes: an acknowledgement comes first, the reason of a failure last. */
export function boundedOutput(limit: number): BoundedOutput {
  const half = Math.floor(limit / 2);
  let head = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let dropped = 0;

  const compact = (): void => {
    const all = Buffer.concat(tail);
    const kept = all.subarray(Math.max(0, all.length - half));
    dropped += all.length - kept.length;
    tail = [kept];
    tailBytes = kept.length;
  };

  return {
    add(chunk) {
      const room = half - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = chunk.subarray(Math.max(0, room));
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      // Only now and then, or a chatty command would cost a copy per chunk.
      if (tailBytes > 2 * half) compact();
    },
    text() {
      if (tailBytes > half) compact();
      if (dropped === 0) return Buffer.concat([head, ...tail]).toString('utf8');
      return `${head.toString('utf8')}\n[${dropped} bytes left out]\n${Buffer.concat(tail).toString('utf8')}`;
    },
    truncated: () => dropped > 0 || tailBytes > half,
  };
}
