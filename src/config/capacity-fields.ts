import { z } from 'zod';
import { oneOf, section } from './section.ts';
import { share } from './share.ts';

/** The capacity gate. */
export const capacity = section({
  headroom: share.optional().meta({
    description: 'So much more than is needed has to be there; else as much as is needed.',
  }),
  figures: z
    .array(oneOf(['requests.rate', 'sessions']), { error: 'write a list such as [requests.rate, sessions]' })
    .min(1, { error: 'write at least one figure' })
    .default(['requests.rate', 'sessions'])
    .meta({ title: 'list', description: 'What traffic is measured by.' }),
});
