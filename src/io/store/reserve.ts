import { open, rm, stat } from 'node:fs/promises';
import { fileMode, writeAll } from './durable-file.ts';
import { isFull, systemCode } from './failure.ts';

/** Room kept by a file full of zeros, given up when the disk is full so that a rollback can still be written. */
export class Reserve {
  private held = false;
  private readonly path: string;
  private readonly bytes: number;

  constructor(path: string, bytes: number) {
    this.path = path;
    this.bytes = bytes;
  }

  /** True while the room is there: only then new operations may be opened. */
  get whole(): boolean {
    return this.held;
  }

  /** Takes the room, if it is not held; false when the disk is too full for it. Other errors are raised. */
  async take(): Promise<boolean> {
    if (this.held) return true;
    try {
      if ((await sizeOf(this.path)) === this.bytes) return (this.held = true);
      const file = await open(this.path, 'w', fileMode);
      try {
        await writeAll(file, Buffer.alloc(this.bytes), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      this.held = true;
    } catch (error) {
      await rm(this.path, { force: true });
      if (!isFull(error)) throw error;
    }
    return this.held;
  }

  /** Gives the room up; false when it was given up before. */
  async release(): Promise<boolean> {
    if (!this.held) return false;
    this.held = false;
    await rm(this.path, { force: true });
    return true;
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
