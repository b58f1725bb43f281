import { RejuvError } from '../domain/errors.ts';
import type { CreateSource } from './plug-in.ts';

/** No config file names a source so far, so that nobody comes here. */
export const noSource: CreateSource = ({ name }) => {
  throw new RejuvError('internal', { problem: `nothing can read source ${name}` });
};
