import { configFields } from '../../src/config/config-fields.ts';
import { table } from './table.ts';

/** Every field of the config file. */
export function configPart(): string {
  return table(
    ['field', 'type', 'default', 'what it means'],
    configFields().map(({ path, type, required, default: written, description }) => [
      `\`${path}\``,
      type,
      required ? 'required' : written === null ? '' : `\`${written}\``,
      description,
    ]),
  );
}
