import { describe, expect, it } from 'vitest';
import { readMatcher } from '../../src/config/matcher.ts';
import { readServiceUrl } from '../../src/config/service-url.ts';

describe('the regular expression of a label', () => {
  it.each([
    ...[
      'page|critical',
      '{address}:.*',
      '.*(?:a|b).*',
      'web[0-9]+',
      'a{1,3}',
      '(?:shop|api)?-.+',
      '[(+]+',
      '',
    ],
    ...['(web)+', '(?:{server})+', String.raw`\(a+\)+`],
  ])('is taken as %j', (text) => {
    expect(readMatcher(text)).toEqual({ value: text });
  });

  it.each(['(a+)+', '(a|a)*', '(?:x*)*y', '((a|b)c)+', '(.*a){20}', '((ab)+)+', String.raw`(a)\1`])(
    'is refused as %j, on which a search could take for ever',
    (text) => {
      expect(readMatcher(text)).toMatchObject({ wrong: 'which could take for ever on some values' });
    },
  );

  it.each(['a)|(b', '(', '*', '[a'])('is refused as %j, which is none by itself', (text) => {
    expect(readMatcher(text)).toMatchObject({ wrong: 'which is not a regular expression' });
  });

  it('is refused with a placeholder that is none', () => {
    expect(readMatcher('{host}:9100')).toMatchObject({ wrong: 'where {host} is not a placeholder' });
  });
});

describe('the base URL of a service', () => {
  it('holds no secrets, since it is shown in refusals, records and logs', () => {
    expect(readServiceUrl('http://10.0.0.5:9090/prom/')).toEqual({ value: 'http://10.0.0.5:9090/prom' });
    for (const text of ['http://anna:hush@10.0.0.5:9090', 'http://anna@10.0.0.5']) {
      expect(readServiceUrl(text)).toMatchObject({ wrong: 'which holds a user or a password' });
    }
  });
});
