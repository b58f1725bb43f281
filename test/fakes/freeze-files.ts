import type { Freeze, FreezeFile } from '../../src/domain/calendar.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type { FreezeFiles } from '../../src/domain/seams.ts';

/** Calendar files by their path; one that is not there cannot be read. */
export class FakeFreezeFiles implements FreezeFiles {
  readonly files = new Map<string, readonly Freeze[]>();

  async read({ path }: FreezeFile, fromAt: number, untilAt: number): Promise<readonly Freeze[]> {
    await Promise.resolve();
    const freezes = this.files.get(path);
    if (freezes === undefined)
      throw new RejuvError('freeze-unreadable', { path, problem: 'there is no such file' });
    return freezes.filter((one) => one.fromAt < untilAt && one.untilAt > fromAt);
  }
}
