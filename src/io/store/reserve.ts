import type { Disk } from './disk.ts';
import { isFull } from './failure.ts';

/** Room kept by a file full of zeros, given up when the disk is full so that a rollback can still be written. */
export class Reserve {
  private held = false;
  private readonly disk: Disk;
  private readonly path: string;
  private readonly bytes: number;

  constructor(disk: Disk, path: string, bytes: number) {
    this.disk = disk;
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
      if ((await this.disk.size(this.path)) === this.bytes) return (this.held = true);
      const file = await this.disk.create(this.path);
      try {
        await file.write(Buffer.alloc(this.bytes), 0);
        await file.datasync();
      } finally {
        await file.close();
      }
      this.held = true;
    } catch (error) {
      await this.disk.remove(this.path);
      if (!isFull(error)) throw error;
    }
    return this.held;
  }

  /** Gives the room up; false when it was given up before. */
  async release(): Promise<boolean> {
    if (!this.held) return false;
    this.held = false;
    await this.disk.remove(this.path);
    return true;
  }
}
