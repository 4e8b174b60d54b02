import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { verifySignedToken } from '../../../src/providers/etpay/signed-token';
import { signed } from './vectors';

const KEY = 'a key of ETpay';
const NOW = 1_769_893_660;
const CLAIMS = { merchant_order_id: 'ORDER-1001', session_token: 'sesTok0001' };

const verify = (token: string, key = KEY) => verifySignedToken(token, key, NOW * 1_000);
const jwt = (claims: unknown, header?: object, hash?: string) => signed(claims, { key: KEY, header, hash });
const encode = (text: string) => Buffer.from(text).toString('base64url');

/** Signs two parts as they are. */
function sealed(header: string, payload: string, key = KEY): string {
  const content = `${header}.${payload}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = jwt(CLAIMS).split('.');
const HS256 = encode('{"alg":"HS256"}');
const FORGED = { error: 'bad_signature', message: expect.any(String) };
const UNREADABLE = { error: 'unreadable', message: expect.any(String) };

test('gives the claims of what is signed with the key', async () => {
  expect(await verify(jwt(CLAIMS))).toEqual({ claims: CLAIMS });
});

test.each(['k', 'é', 'k'.repeat(200)])('takes the key %j as text', async (key) => {
  expect(await verify(signed(CLAIMS, { key }), key)).toEqual({ claims: CLAIMS });
});

describe('the algorithm', () => {
  test.each([
    ['none', { alg: 'none' }, undefined],
    ['NONE', { alg: 'NONE' }, undefined],
    ['HS384', { alg: 'HS384' }, 'sha384'],
    ['HS512', { alg: 'HS512' }, 'sha512'],
    ['RS256 that is an HMAC', { alg: 'RS256' }, undefined],
    ['another spelling', { alg: 'hs256' }, undefined],
    ['an absent one', { typ: 'JWT' }, undefined],
    ['one that is no text', { alg: 7 }, undefined],
    ['a list', { alg: ['HS256'] }, undefined],
  ])('%s is refused', async (_, header, hash) => {
    expect(await verify(jwt(CLAIMS, header, hash))).toEqual(FORGED);
  });

  test('none without a signature is refused', async () => {
    expect(await verify(`${encode('{"alg":"none"}')}.${PAYLOAD}.`)).toEqual(FORGED);
  });

  test('RS256 is refused, with the key of its own in our place as well', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const content = `${encode('{"alg":"RS256"}')}.${PAYLOAD}`;
    const token = `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await verify(token, pem)).toEqual(FORGED);
    expect(await verify(token)).toEqual(FORGED);
  });

  test.each([[[]], [['exp']], [['b64']], ['b64'], [null], [7]])('crit %j is refused', async (crit) => {
    for (const more of [{}, { b64: true }, { b64: false }, { exp: NOW }]) {
      expect(await verify(jwt(CLAIMS, { alg: 'HS256', crit, ...more }))).toEqual(FORGED);
    }
  });

  test('a b64 that is not critical changes nothing', async () => {
    expect(await verify(jwt(CLAIMS, { alg: 'HS256', b64: false }))).toEqual({ claims: CLAIMS });
  });
});

describe('the key', () => {
  test.each(['another key', `${KEY} `, KEY.slice(1), ''])('%j is refused', async (key) => {
    expect(await verify(signed(CLAIMS, { key }))).toEqual(FORGED);
    expect(await verify(jwt(CLAIMS), key)).toEqual(FORGED);
  });

  test('an empty one believes nothing, signed with nothing', async () => {
    expect(await verify(signed(CLAIMS, { key: '' }), '')).toEqual(FORGED);
  });
});

describe('the time', () => {
  test.each([
    ['exp just within the tolerance', { exp: NOW - 59 }],
    ['exp now', { exp: NOW }],
    ['exp ahead', { exp: NOW + 3_600 }],
    ['nbf now', { nbf: NOW }],
    ['nbf just within the tolerance', { nbf: NOW + 60 }],
    ['an exp with decimals', { exp: NOW - 59.5 }],
    ['none at all', {}],
  ])('%s is accepted', async (_, times) => {
    expect(await verify(jwt({ ...CLAIMS, ...times }))).toEqual({ claims: { ...CLAIMS, ...times } });
  });

  test.each([
    ['exp just beyond the tolerance', { exp: NOW - 60 }],
    ['exp long ago', { exp: 0 }],
    ['an exp before all time', { exp: -1 }],
    ['nbf just beyond the tolerance', { nbf: NOW + 61 }],
    ['nbf in milliseconds', { nbf: NOW * 1_000 }],
    ['exp as text', { exp: `${NOW + 3_600}` }],
    ['exp null', { exp: null }],
    ['nbf as text', { nbf: `${NOW - 3_600}` }],
    ['iat as text', { iat: `${NOW}` }],
  ])('%s is refused', async (_, times) => {
    expect(await verify(jwt({ ...CLAIMS, ...times }))).toEqual(FORGED);
  });

  test('is not looked at before the signature', async () => {
    const message = 'the signature of the JWT is wrong';
    expect(await verify(signed({ ...CLAIMS, exp: 0 }, { key: 'x' }))).toMatchObject({ message });
    expect(await verify(signed([], { key: 'x' }))).toMatchObject({ message });
  });
});

describe('the parts', () => {
  test.each([
    '',
    'x',
    HEADER,
    `${HEADER}.${PAYLOAD}`,
    `${jwt(CLAIMS)}.`,
    `${jwt(CLAIMS)}.x`,
    `.${jwt(CLAIMS)}`,
    'a.b.c.d.e',
    '..',
  ])('%j cannot be read', async (token) => {
    expect(await verify(token)).toEqual(UNREADABLE);
  });

  test('more than is ever needed is not read', async () => {
    expect(await verify(jwt({ ...CLAIMS, more: 'x'.repeat(8_000) }))).toHaveProperty('claims');
    expect(await verify(jwt({ ...CLAIMS, more: 'x'.repeat(16_000) }))).toEqual(UNREADABLE);
  });

  test.each(['[]', '7', 'null', '"x"', '{', '', '{"alg":"HS256"}}'])('header %s', async (text) => {
    expect(await verify(sealed(encode(text), PAYLOAD))).toEqual(UNREADABLE);
  });

  test.each(['[]', '7', 'null', '"x"', '{', '', '{}}', '\u{feff}x'])('payload %s', async (text) => {
    expect(await verify(sealed(HS256, encode(text)))).toEqual(UNREADABLE);
    expect(await verify(sealed(HS256, encode(text), 'x'))).toEqual(FORGED);
  });
});

describe('the spelling', () => {
  const ODD = ['é', '\u{1f600}', '\u0000', ' ', '\n', '%', '"'];

  test.each(ODD)('%j in the header is refused', async (odd) => {
    expect(await verify(sealed(`${HEADER}${odd}`, PAYLOAD, 'x'))).toHaveProperty('error');
    expect(await verify(`${HEADER}${odd}.${PAYLOAD}.${SIGNATURE}`)).toHaveProperty('error');
  });

  test.each(ODD)('%j in the payload is refused', async (odd) => {
    expect(await verify(sealed(HEADER, `${PAYLOAD}${odd}`, 'x'))).toEqual(FORGED);
    expect(await verify(`${HEADER}.${PAYLOAD}${odd}.${SIGNATURE}`)).toEqual(FORGED);
  });

  test.each([...ODD, '=', '==', 'A', '+', '/'])('%j behind the signature is refused', async (odd) => {
    expect(await verify(`${jwt(CLAIMS)}${odd}`)).toEqual(FORGED);
  });

  test('padding that was not signed is refused in each part', async () => {
    const [header, payload] = [encode('{"alg":"HS256"} '), encode('{"a":1}')];
    expect([header.length % 4, payload.length % 4]).toEqual([2, 2]);
    const [, , signature = ''] = sealed(header, payload).split('.');
    expect(await verify(`${header}.${payload}.${signature}`)).toEqual({ claims: { a: 1 } });
    for (const token of [
      `${header}==.${payload}.${signature}`,
      `${header}.${payload}==.${signature}`,
      `${header}.${payload}.${signature}=`,
    ]) {
      expect(await verify(token)).toEqual(FORGED);
    }
  });

  test('another spelling of the same signature is refused', async () => {
    const last = SIGNATURE.slice(-1);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex');
    const others = [...alphabet]
      .filter((letter) => letter !== last)
      .map((letter) => `${SIGNATURE.slice(0, -1)}${letter}`)
      .filter((text) => bytes(text) === bytes(SIGNATURE));
    expect(others).toHaveLength(3);
    for (const other of others) expect(await verify(`${HEADER}.${PAYLOAD}.${other}`)).toEqual(FORGED);
    const inBase64 = Buffer.from(SIGNATURE, 'base64url').toString('base64');
    expect(await verify(`${HEADER}.${PAYLOAD}.${inBase64}`)).toEqual(FORGED);
  });
});

test('a refusal quotes nothing that was received', async () => {
  const crit = ['secret-word'];
  const tokens = [
    jwt(CLAIMS, { alg: 'HS256', crit }),
    jwt(CLAIMS, { alg: 'secret-word' }),
    jwt({ ...CLAIMS, exp: 'secret-word' }),
    sealed(encode('secret-word'), PAYLOAD),
    sealed(HS256, encode('secret-word')),
  ];
  expect(JSON.stringify(await Promise.all(tokens.map((token) => verify(token))))).not.toContain(
    'secret-word',
  );
});
