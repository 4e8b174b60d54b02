import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPrivateKey, readPublicKey } from '../../../src/providers/payermax/keys';
import { proofOf, signBody } from '../../../src/providers/payermax/signature';
import * as v from './vectors';

const merchant = {
  privateKey: readPrivateKey(v.MERCHANT_PRIVATE_KEY),
  publicKey: readPublicKey(v.MERCHANT_PUBLIC_KEY),
};
const platform = {
  privateKey: readPrivateKey(v.PLATFORM_PRIVATE_KEY),
  publicKey: readPublicKey(v.PLATFORM_PUBLIC_KEY),
};

const VECTORS = [
  ['A', v.A, merchant],
  ['B', v.B, platform],
  ['C', v.C, platform],
] as const;

describe.each(VECTORS)('vector %s', (_, vector, keys) => {
  const body = Buffer.from(vector.body);

  test('is the published bytes', () => {
    expect(body).toHaveLength(vector.bytes);
    expect(createHash('sha256').update(body).digest('hex')).toBe(vector.sha256);
  });

  test('signs to the published signature', () => {
    expect(signBody(body, keys.privateKey)).toBe(vector.sign);
  });

  test('is proven', () => {
    expect(proofOf(body, vector.sign, keys.publicKey)).toBe('signed');
  });

  test('is refused with any single bit of the body flipped', () => {
    const believed: number[] = [];
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const changed = Buffer.from(body);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (proofOf(changed, vector.sign, keys.publicKey) !== 'forged') believed.push(bit);
    }
    expect(believed).toEqual([]);
  });

  test('is refused with any byte of the signature changed', () => {
    const signature = Buffer.from(vector.sign, 'base64');
    const believed = [...signature.keys()].filter((index) => {
      const changed = Buffer.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 1;
      return proofOf(body, changed.toString('base64'), keys.publicKey) !== 'forged';
    });
    expect(believed).toEqual([]);
  });

  test('stands in the notes', () => {
    const notes = readFileSync(join(__dirname, '../../../docs/providers/payermax.md'), 'utf8');
    for (const part of [vector.body, vector.sign, vector.sha256]) expect(notes).toContain(`${part}\n`);
  });
});

test('B does not verify with the merchant key', () => {
  expect(proofOf(Buffer.from(v.B.body), v.B.sign, merchant.publicKey)).toBe('forged');
});

test('C written again from its parsed form does not verify', () => {
  const again = JSON.stringify(JSON.parse(v.C.body));
  expect(again).not.toBe(v.C.body);
  expect(proofOf(Buffer.from(again), v.C.sign, platform.publicKey)).toBe('forged');
});

test.each([
  [undefined, 'unsigned'],
  ['', 'unsigned'],
  [[v.C.sign], 'forged'],
  [`${v.C.sign}, ${v.C.sign}`, 'forged'],
  [v.C.sign.replaceAll('+', '-').replaceAll('/', '_'), 'forged'],
  ['AAAA', 'forged'],
  ['not base64!', 'forged'],
])('the header %j is %s', (header, expected) => {
  expect(proofOf(Buffer.from(v.C.body), header, platform.publicKey)).toBe(expected);
});
