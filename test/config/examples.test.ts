import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configFields } from '../../src/config/config-fields.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile } from './good-file.ts';

const folder = new URL('../../examples/', import.meta.url);
const examples = readdirSync(folder).filter(
  // What `advise --given` reads is no config file.
  (name) => name.endsWith('.yaml') && name !== 'rates.yaml',
);
const validate = new Ajv2020({ allErrors: true }).compile(configJsonSchema());

describe('the shipped examples', () => {
  it('are there', () => {
    const some = ['active-active.yaml', 'minimal.yaml', 'rejuvenate.yaml', 'shop.yaml'];
    expect(examples).toEqual(expect.arrayContaining(some));
  });

  it.each(examples)('%s has no problem', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    expect(readConfig(text, { path: name, cron: cronRules }).loadBalancers).toHaveLength(2);
  });

  it.each(examples)('%s is accepted by the JSON Schema', (name) => {
    validate(parse(readFileSync(new URL(name, folder), 'utf8')));
    expect(validate.errors).toBeNull();
  });
});

describe('the JSON Schema', () => {
  it.each([
    ['an unknown key', 'poll: 2s', 'polls: 2s'],
    ['an unknown key deep inside', 'role: spare', 'rolle: spare'],
    ['a number for a duration', 'poll: 2s', 'poll: 2'],
    ['a duration without a unit', 'poll: 2s', 'poll: "2"'],
    ['a name that HAProxy refuses', '  api:', '  a pi:'],
    ['a word that is not known', 'role: spare', 'role: backup'],
    ['no serving server at all', 'minServing: 2', 'minServing: 0'],
    [
      'two steps in one list item',
      '- run: { command: clean }\n      - reboot:',
      '- run: { command: clean }\n        reboot:',
    ],
  ])('refuses %s', (_, from, to) => {
    expect(validate(parse(goodFile))).toBe(true);
    expect(validate(parse(goodFile.replace(from, to)))).toBe(false);
  });
});

describe('the table of fields', () => {
  it('describes every field', () => {
    expect(configFields().filter(({ description }) => description === '')).toEqual([]);
    expect(new Set(configFields().map(({ path }) => path)).size).toBe(configFields().length);
  });

  it('has type, default and meaning of each', () => {
    const rows = new Map(configFields().map((row) => [row.path, row]));
    expect(rows.get('poll')).toEqual({
      path: 'poll',
      type: 'duration',
      required: false,
      default: '2s',
      description: 'How often both load balancers are read.',
    });
    expect(rows.get('backends.*.minServing')).toMatchObject({
      type: 'whole number',
      required: true,
      default: null,
    });
    expect(rows.get('backends.*.actions[].reboot.command')).toMatchObject({
      default: 'sudo -n systemctl reboot',
    });
    expect(rows.get('backends.*.servers.*.ssh')).toMatchObject({ type: 'SSH target, or a section' });
  });
});
