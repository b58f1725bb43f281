import type { Event } from '../../domain/event.ts';
import { apply, type Records } from '../../domain/records.ts';
import type { Store } from '../../domain/seams.ts';
import type { Disk } from './disk.ts';
import { replaceFile } from './durable-file.ts';
import { isFull, unwritable } from './failure.ts';
import { entryLine, journalHeader, snapshotText } from './format.ts';
import { JournalFile } from './journal-file.ts';
import type { Layout } from './layout.ts';
import type { Lock } from './lock.ts';
import type { Reserve } from './reserve.ts';

/** When the journal is folded into a snapshot and started anew. */
export interface Rotation {
  readonly bytes: number;
  readonly lines: number;
}

/** What an open store holds. */
export interface Holdings {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly lock: Lock;
  readonly reserve: Reserve;
  readonly rotation: Rotation;
  readonly journal: JournalFile;
  readonly records: Records;
  readonly seq: number;
}

interface Waiting {
  readonly event: Event;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The records on the disk. Appends that come while one is being written share the next write and its sync. */
export class JournalStore implements Store {
  private readonly held: Holdings;
  private journal: JournalFile;
  private folded: Records;
  private seq: number;
  private rotateAt: Rotation;
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private closed = false;

  constructor(held: Holdings) {
    this.held = held;
    this.journal = held.journal;
    this.folded = held.records;
    this.seq = held.seq;
    this.rotateAt = held.rotation;
  }

  get records(): Records {
    return this.folded;
  }

  append(event: Event): Promise<void> {
    if (this.closed) return Promise.reject(unwritable(this.held.layout.directory, 'they were closed'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      this.writing ??= this.writeWaiting();
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.writing;
    await this.journal.close();
    await this.held.lock.release();
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      try {
        await this.record(group);
      } catch (error) {
        this.refuse(group, error);
      }
      if (this.isLong()) await this.rotate();
    }
    this.writing = null;
  }

  /** Nothing new begins in the reserved room: it is for what is under way. */
  private async record(group: readonly Waiting[]): Promise<void> {
    const admitted = await this.admitted(group);
    try {
      await this.write(admitted);
    } catch (error) {
      if (!isFull(error) || !(await this.held.reserve.release())) throw error;
      this.refuse(admitted.filter(opens), error);
      await this.write(admitted.filter((one) => !opens(one)));
    }
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    await this.journal.append(group.map(({ event }, i) => entryLine({ seq: this.seq + 1 + i, event })));
    this.seq += group.length;
    for (const { event, resolve } of group) {
      this.folded = apply(this.folded, event);
      resolve();
    }
  }

  /** Refuses to open an operation while the reserved room cannot be had. */
  private async admitted(group: readonly Waiting[]): Promise<readonly Waiting[]> {
    if (this.held.reserve.whole || !group.some(opens)) return group;
    try {
      if (await this.held.reserve.take()) return group;
      this.refuse(
        group.filter(opens),
        'the disk is full, and the reserved room is kept for what is under way',
      );
    } catch (error) {
      this.refuse(group.filter(opens), error);
    }
    return group.filter((one) => !opens(one));
  }

  private refuse(group: readonly Waiting[], cause: unknown): void {
    for (const { reject } of group) reject(unwritable(this.held.layout.directory, cause));
  }

  private isLong(): boolean {
    return this.journal.lines >= this.rotateAt.lines || this.journal.bytes >= this.rotateAt.bytes;
  }

  /**
   * Every event is on the disk already, so a failure here costs no record: the journal just goes on growing, and
   * the next try comes after as much again.
   */
  private async rotate(): Promise<void> {
    const { disk, layout, rotation } = this.held;
    const old = this.journal;
    try {
      await replaceFile(disk, layout.snapshot, snapshotText(this.seq, this.folded));
      this.journal = await JournalFile.start(disk, layout.journal, journalHeader(this.seq));
      this.rotateAt = rotation;
      await old.close();
    } catch {
      this.rotateAt = {
        bytes: this.journal.bytes + rotation.bytes,
        lines: this.journal.lines + rotation.lines,
      };
    }
  }
}

function opens({ event }: Waiting): boolean {
  return event.type === 'operation-opened';
}
