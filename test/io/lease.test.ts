import { expect, it } from 'vitest';
import { createLocalLease } from '../../src/io/lease.ts';

it('is granted at once on one machine, unless we are stopping', async () => {
  const lease = createLocalLease();
  await lease.acquire(new AbortController().signal);
  await lease.release();
  const reason = new Error('stopping');
  await expect(lease.acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
});
