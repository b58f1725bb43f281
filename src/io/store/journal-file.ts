import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

/** The open journal. Its length is what is known to be on the disk. */
export class JournalFile {
  lines: number;
  private readonly file: DiskFile;
  private length: number;
  private broken: Error | null = null;

  private constructor(file: DiskFile, bytes: number, lines: number) {
    this.file = file;
    this.length = bytes;
    this.lines = lines;
  }

  /** Opens a journal whose first `bytes` bytes are `lines` whole lines, and cuts off what follows. */
  static async open(disk: Disk, path: string, bytes: number, lines: number): Promise<JournalFile> {
    const file = await disk.open(path);
    try {
      await cut(file, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new JournalFile(file, bytes, lines);
  }

  /** Puts a new journal with this header in the place of `path`, and opens it. */
  static async start(disk: Disk, path: string, header: string): Promise<JournalFile> {
    const fresh = `${path}.new`;
    const file = await disk.create(fresh);
    const journal = new JournalFile(file, 0, 0);
    try {
      await journal.append([header]);
      await disk.rename(fresh, path);
    } catch (error) {
      await file.close();
      throw error;
    }
    // From here on the old journal has no name any more, so there is no way back to it.
    try {
      await disk.syncDirectory(dirname(path));
    } catch (error) {
      journal.broken = new Error('the new journal may not be found after a power loss', { cause: error });
    }
    return journal;
  }

  get bytes(): number {
    return this.length;
  }

  /** Resolves when the lines are on the disk; when it fails, they are not in the file. */
  async append(lines: readonly string[]): Promise<void> {
    if (this.broken !== null) throw this.broken;
    const bytes = Buffer.from(lines.join(''));
    try {
      await this.file.write(bytes, this.length);
      await this.file.datasync();
    } catch (error) {
      await this.takeBack();
      throw error;
    }
    this.length += bytes.length;
    this.lines += lines.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** A piece that stays would become damage in the middle with the next line, so nothing is written after it. */
  private async takeBack(): Promise<void> {
    try {
      await cut(this.file, this.length);
    } catch (error) {
      this.broken = new Error('a half-written line could not be taken back', { cause: error });
    }
  }
}

async function cut(file: DiskFile, bytes: number): Promise<void> {
  if ((await file.size()) === bytes) return;
  await file.truncate(bytes);
  await file.datasync();
}
