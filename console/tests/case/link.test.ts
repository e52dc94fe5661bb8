import { expect, test } from 'vitest';
import { readLink } from '../../src/case/link';
import { languageOf } from '../../src/case/words';

const token = (payload: object) => `link.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.code`;

test('the token says which case it opens and until when', () => {
  const link = readLink(token({ l: 'l1', i: 'i?1', t: '', e: 1_795_406_872 }));
  expect(link).toMatchObject({ instanceId: 'i?1', expiresAt: new Date('2026-11-23T04:07:52Z') });
});

test.each(['', 'link', 'link.', 'link.e30.x', 'jwt.e30.x', `${token({ l: 'l1', i: 'i1', e: 1 }).slice(0, 9)}`])(
  '“%s” opens nothing',
  (text) => {
    expect(readLink(text)).toBeNull();
  },
);

test.each([
  [['de-DE', 'pl-PL', 'en'], 'pl'],
  [['EN-us'], 'en'],
  [['de'], 'en'],
  [['constructor'], 'en'],
  [[], 'en'],
])('%j is answered in %s', (preferred, language) => {
  expect(languageOf(preferred)).toBe(language);
});
