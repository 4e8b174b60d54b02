import type { ProviderEvent } from '../../../src/domain/provider-answer';
import { readEtPayReturn, readEtPayWebhook } from '../../../src/providers/etpay/webhook';
import * as v from './vectors';

const AT = '2026-01-31T21:07:40.000Z';
const post = (payment: unknown, expected = v.EXPECTED) =>
  readEtPayWebhook(Buffer.from(JSON.stringify({ payment })), expected, AT);
const back = (jwt: unknown, expected = v.EXPECTED) => readEtPayReturn(jwt, expected, AT);

async function eventOf(reading: ReturnType<typeof post>): Promise<ProviderEvent> {
  const read = await reading;
  if ('error' in read) throw new Error(read.message);
  return read;
}

const BAD_SIGNATURE = { error: 'bad_signature', message: expect.any(String) };
const UNREADABLE = { error: 'unreadable', message: expect.any(String) };

describe('what ETpay signed', () => {
  test('E1 proves a payment', async () => {
    expect(await post(v.E1)).toEqual({
      id: 'etpay:payTok0001:success:15990CLP',
      receivedAt: AT,
      statement: 'ETpay announces success',
      proven: {
        state: 'paid',
        amount: 15990,
        currency: 'CLP',
        reference: v.ORDER_ID,
        chargeReference: 'payTok0001',
      },
    });
  });

  test('E2 proves a failure', async () => {
    expect(await post(v.E2)).toEqual({
      id: 'etpay:payTok0002:error:15990CLP',
      receivedAt: AT,
      statement: 'ETpay announces error',
      proven: {
        state: 'ended',
        end: 'failed',
        code: 'declined',
        message: 'the bank transfer was not made',
        providerCode: 'user_cancelled',
      },
    });
  });

  test('the vectors are what the signing of these tests makes', async () => {
    expect(v.signed(v.CLAIMS)).toBe(v.E1);
  });

  test('the browser brings the same', async () => {
    expect(await back(v.E1)).toEqual(await post(v.E1));
    expect(await back(v.E2)).toEqual(await post(v.E2));
  });

  test('E6: another amount is passed on for a person to see', async () => {
    const event = await eventOf(post(v.signed({ ...v.CLAIMS, merchant_amount: 1 })));
    expect(event.proven).toMatchObject({ state: 'paid', amount: 1, currency: 'CLP' });
    expect(event.statement).toBe('ETpay announces success, but not for the amount asked');
    expect(event.id).not.toBe((await eventOf(post(v.E1))).id);
  });

  test('so is another currency', async () => {
    const event = await eventOf(post(v.signed({ ...v.CLAIMS, merchant_currency: 'MXN' })));
    expect(event.proven).toMatchObject({ state: 'paid', amount: 1_599_000, currency: 'MXN' });
    expect(event.statement).toContain('not for the amount asked');
  });

  test('E7: every delivery of a fact has one id, whenever it was signed', async () => {
    const again = v.signed({ ...v.CLAIMS, iat: 1_769_893_700 });
    expect((await eventOf(post(again))).id).toBe((await eventOf(post(v.E1))).id);
    expect((await eventOf(back(v.E1))).id).toBe((await eventOf(post(v.E1))).id);
  });

  test('E8, E9: success and failure are two facts', async () => {
    const failureOfSame = v.signed({ ...v.CLAIMS, payment_status: 'error' });
    expect((await eventOf(post(failureOfSame))).id).not.toBe((await eventOf(post(v.E1))).id);
  });

  test('a label that decides nothing is told and proves nothing', async () => {
    const event = await eventOf(post(v.signed({ ...v.CLAIMS, payment_status: 'Éxito' })));
    expect(event).toMatchObject({
      id: 'etpay:payTok0001:a_status_in_free_text:15990CLP',
      proven: { state: 'unclear' },
    });
  });

  test('shows no personal data and no secret', async () => {
    expect(JSON.stringify([await post(v.E1), await post(v.E2)])).not.toMatch(
      /111111111|Cuenta|Banco|sesTok|sigTok/,
    );
  });
});

describe('what nobody signed', () => {
  test.each([
    ["E3: another session's key", v.E3],
    ['E4: a changed amount', v.E4],
    ['E5: no algorithm', v.E5],
    ["E5 with E1's signature", `${v.E5}${v.E1.split('.')[2]}`],
    ['an empty key', v.signed(v.CLAIMS, { key: '' })],
    ['HS512', v.signed(v.CLAIMS, { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['HS384 named, HS256 used', v.signed(v.CLAIMS, { header: { alg: 'HS384' } })],
    ['another spelling of HS256', v.signed(v.CLAIMS, { header: { alg: 'hs256' } })],
    ['no alg', v.signed(v.CLAIMS, { header: { typ: 'JWT' } })],
    ['critical headers', v.signed(v.CLAIMS, { header: { alg: 'HS256', crit: ['b64'], b64: false } })],
    ['a padded signature', `${v.E1}=`],
    ['a cut signature', v.E1.slice(0, -1)],
    ['no signature', v.E1.slice(0, v.E1.lastIndexOf('.') + 1)],
    ['a signature that decodes to the same bytes', `${v.E1.slice(0, -1)}x`],
  ])('%s is refused', async (_, jwt) => {
    expect(await post(jwt)).toEqual(BAD_SIGNATURE);
    expect(await back(jwt)).toEqual(BAD_SIGNATURE);
  });

  test.each([
    ['in the webhook', (jwt: string) => post(jwt)],
    ['in the browser', (jwt: string) => back(jwt)],
  ])('any single flipped bit is refused %s', async (_, read) => {
    const bytes = Buffer.from(v.E1, 'latin1');
    const believed = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      if (!('error' in (await read(flipped.toString('latin1'))))) believed.push(bit);
    }
    expect(believed).toEqual([]);
    expect(await read(bytes.toString('latin1'))).toHaveProperty('proven');
  });

  test.each(Object.keys(v.CLAIMS))('a changed %s is refused', async (claim) => {
    const [header, , signature] = v.E1.split('.');
    const payload = Buffer.from(JSON.stringify({ ...v.CLAIMS, [claim]: 'changed' })).toString('base64url');
    expect(await back(`${header}.${payload}.${signature}`)).toEqual(BAD_SIGNATURE);
  });
});

describe('what is about another payment', () => {
  const expecting = (change: object) => ({ ...v.EXPECTED, ...change });
  const secrets = (change: object) => ({ callbackSecrets: { ...v.EXPECTED.callbackSecrets, ...change } });

  test.each([
    [
      'E11: a replay onto another payment',
      { ...secrets({ signatureToken: 'another', sessionToken: 'sesTok0002' }) },
    ],
    ['another session under the same key', secrets({ sessionToken: 'sesTok0002' })],
    ['another order', { merchantOrderId: 'ORDER-1002' }],
    ['a payment that is not open there yet', { merchantOrderId: null, callbackSecrets: undefined }],
    ['a payment without stored secrets', { callbackSecrets: undefined }],
    ['a payment with empty secrets', secrets({ signatureToken: '', sessionToken: '' })],
  ])('%s is refused', async (_, change) => {
    expect(await post(v.E1, expecting(change))).toEqual(BAD_SIGNATURE);
    expect(await back(v.E1, expecting(change))).toEqual(BAD_SIGNATURE);
  });

  test.each([
    { session_token: 'sesTok0002' },
    { session_token: undefined },
    { merchant_order_id: 'ORDER-1002' },
  ])('signed claims with %j are refused', async (change) => {
    expect(await post(v.signed({ ...v.CLAIMS, ...change }))).toEqual(BAD_SIGNATURE);
  });

  test('a JWT signed with nothing is refused where no key is stored', async () => {
    const jwt = v.signed(v.CLAIMS, { key: '' });
    const sessionToken = v.SESSION_TOKEN;
    for (const callbackSecrets of [{ sessionToken }, { sessionToken, signatureToken: '' }]) {
      expect(await post(jwt, expecting({ callbackSecrets }))).toEqual(BAD_SIGNATURE);
    }
  });

  test('no session stored and none claimed is no match', async () => {
    const expected = expecting({ callbackSecrets: { signatureToken: v.SIGNATURE_TOKEN } });
    expect(await post(v.signed({ ...v.CLAIMS, session_token: '' }), expected)).toEqual(BAD_SIGNATURE);
  });

  test('an order that is a number is read as its digits', async () => {
    const jwt = v.signed({ ...v.CLAIMS, merchant_order_id: 1001 });
    expect(await post(jwt, expecting({ merchantOrderId: '1001' }))).toHaveProperty(
      'proven.reference',
      '1001',
    );
  });
});

describe('time', () => {
  const now = Date.parse(AT) / 1_000;

  test.each([
    ['no exp', undefined],
    ['an exp ahead', now + 1],
    ['an exp just passed', now - 59],
  ])('%s is accepted', async (_, exp) => {
    expect(await post(v.signed({ ...v.CLAIMS, iat: now, exp }))).toHaveProperty('proven.state', 'paid');
  });

  test.each([
    ['long passed', now - 61],
    ['text', `${now + 60}`],
    ['null', null],
  ])('an exp that is %s is refused', async (_, exp) => {
    expect(await post(v.signed({ ...v.CLAIMS, exp }))).toEqual(BAD_SIGNATURE);
  });
});

describe('E12: what cannot be read', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '"jwt"',
    '{}',
    '{"payment":null}',
    '{"payment":7}',
    '{"payment":""}',
    '{"payment":{"a":1}}',
  ])('body %s', async (text) => {
    expect(await readEtPayWebhook(Buffer.from(text), v.EXPECTED, AT)).toEqual(UNREADABLE);
  });

  test.each([
    'x',
    'a.b',
    'a.b.c.d',
    '..',
    `bm8.${v.E1.split('.')[1]}.x`,
    `${Buffer.from('[]').toString('base64url')}.e30.x`,
    `${v.E1}${'A'.repeat(20_000)}`,
    v.signed(7),
    v.signed(null),
    v.signed([]),
    v.signed({}),
    v.signed({ ...v.CLAIMS, merchant_order_id: {} }),
  ])('JWT %#', async (jwt) => {
    expect(await post(jwt)).toEqual(UNREADABLE);
    expect(await back(jwt)).toEqual(UNREADABLE);
  });

  test.each([undefined, '', ['a', 'b'], { a: 'b' }, [v.E1]])('parameter %j', async (jwt) => {
    expect(await back(jwt)).toEqual(UNREADABLE);
  });

  test('other keys of the body are ignored', async () => {
    const body = Buffer.from(JSON.stringify({ event: 'x', payment: v.E1 }));
    expect(await readEtPayWebhook(body, v.EXPECTED, AT)).toEqual(await post(v.E1));
  });
});
