import { createHash } from 'node:crypto';
import { SANDBOX_CREDENTIALS } from '../../../src/sandbox/payermax/accounts';
import { http } from '../sandbox-client';
import {
  GATEWAY,
  isSigned,
  signed,
  startCallbackReceiver,
  startGateway,
  type Gateway,
} from './gateway-client';
import { MERCHANT, PLATFORM, VECTOR_A, VECTOR_B, VECTOR_C } from './published-vectors';

const VECTOR_TIME = Date.parse('2022-01-17T09:06:00.000Z');

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ now: () => VECTOR_TIME });
  await gateway.control('POST', '/payermax/accounts', {
    appId: '3b242b56a8b64274bcc37dac281120e3',
    merchantNo: '020213827212251',
  });
});
afterAll(() => gateway.close());
afterEach(() => gateway.control('DELETE', '/payermax/faults'));

it.each([
  ['A', VECTOR_A, MERCHANT],
  ['B', VECTOR_B, PLATFORM],
  ['C', VECTOR_C, PLATFORM],
])('vector %s is what was published', (_name, vector, keys) => {
  expect(createHash('sha256').update(vector.text).digest('hex')).toBe(vector.sha256);
  expect(signed(vector.text, keys.privateKey)).toBe(vector.sign);
});

it('takes vector A as a genuine request', async () => {
  const answer = await gateway.send('orderQuery', VECTOR_A.text, { sign: VECTOR_A.sign });
  expect(answer.body).toEqual({ code: 'ORDER_NOT_EXIST', msg: expect.any(String) });
  expect(answer).toMatchObject({ status: 200, verified: true });
});

it.each([
  ['one byte of the body', VECTOR_A.text.replace('P1642410680681', 'P1642410680682'), VECTOR_A.sign],
  ['one space more in the body', VECTOR_A.text.replace('":', '" :'), VECTOR_A.sign],
  ['one bit of the signature', VECTOR_A.text, VECTOR_A.sign.replace('Mi5i', 'Mi5j')],
  ['another key', VECTOR_A.text, signed(VECTOR_A.text, PLATFORM.privateKey)],
  ['URL-safe Base64', VECTOR_A.text, VECTOR_A.sign.replaceAll('+', '-').replaceAll('/', '_')],
])('refuses vector A with %s changed', async (_what, text, sign) => {
  expect((await gateway.send('orderQuery', text, { sign })).body.code).toBe('SIGN_VERIFY_FAILED');
});

it('refuses a request without a signature', async () => {
  expect((await gateway.send('orderQuery', VECTOR_A.text, {})).body.code).toBe('SIGN_VERIFY_FAILED');
});

it('answers vector B byte for byte, signed alike, when the keys are overridden', async () => {
  const data = { clientKey: 'ck_test_0001', sessionKey: 'sk_test_0001' };
  await gateway.control('POST', '/payermax/faults', {
    call: 'applyDropinSession',
    kind: 'override',
    body: { data },
  });
  const request = { currency: 'USD', country: 'US', userId: gateway.userId };
  const answer = await gateway.call('applyDropinSession', request);
  expect(answer.text).toBe(VECTOR_B.text);
  expect(answer.headers.get('sign')).toBe(VECTOR_B.sign);
  expect(isSigned(answer.text, VECTOR_B.sign, MERCHANT.publicKey)).toBe(false);
});

it('sends vector C byte for byte, signed alike; printed again it would not verify', async () => {
  const receiver = await startCallbackReceiver();
  await gateway.pay('vector_c');
  await gateway.control('POST', '/payermax/webhooks/send', {
    payment: 'vector_c',
    text: VECTOR_C.text,
    url: receiver.url,
  });
  expect(receiver.received).toMatchObject([{ text: VECTOR_C.text, sign: VECTOR_C.sign, verified: true }]);
  expect(isSigned(JSON.stringify(JSON.parse(VECTOR_C.text)), VECTOR_C.sign)).toBe(false);
  await receiver.close();
});

it('signs refusals too, unless switched off', async () => {
  expect((await gateway.call('orderQuery', { outTradeNo: 'none' })).verified).toBe(true);
  await gateway.settings({ signErrors: false });
  const unsigned = await gateway.call('orderQuery', { outTradeNo: 'none' });
  expect(unsigned.body.code).toBe('ORDER_NOT_EXIST');
  expect(unsigned.headers.get('sign')).toBeNull();
  expect((await gateway.call('orderQuery', { outTradeNo: 'vector_c' })).verified).toBe(true);
});

it('signs what a fault puts into an answer; a header of the fault wins', async () => {
  const fault = { call: 'orderQuery', match: { clientId: gateway.appId } };
  const order = (more: object) => gateway.control('POST', '/payermax/faults', { ...fault, ...more });
  await order({ kind: 'override', body: { data: { status: 'PONDERING' } } });
  await order({ kind: 'status', status: 200, body: { code: 'SYSTEM_ERROR', msg: 'busy' } });
  await order({ kind: 'override', body: {}, headers: { sign: VECTOR_B.sign } });
  const lie = await gateway.call('orderQuery', { outTradeNo: 'vector_c' });
  expect([lie.body.data.status, lie.verified]).toEqual(['PONDERING', true]);
  const busy = await gateway.call('orderQuery', { outTradeNo: 'vector_c' });
  expect([busy.body.code, busy.headers.get('sign')]).toEqual(['SYSTEM_ERROR', null]);
  const forged = await gateway.call('orderQuery', { outTradeNo: 'vector_c' });
  expect([forged.body.data.status, forged.verified]).toEqual(['SUCCESS', false]);
});

it('has a default account with the published keys', async () => {
  const { appId, merchantNo, privateKey, publicKey } = SANDBOX_CREDENTIALS;
  expect({ privateKey, publicKey }).toEqual({
    privateKey: MERCHANT.privateKey,
    publicKey: PLATFORM.publicKey,
  });
  const requestTime = new Date(VECTOR_TIME).toISOString();
  const head = { version: '1.5', keyVersion: '1', requestTime, appId, merchantNo };
  const text = JSON.stringify({ ...head, data: { outTradeNo: 'none' } });
  const answer = await gateway.send('orderQuery', text, { sign: signed(text, privateKey) });
  expect([answer.body.code, answer.verified]).toEqual(['ORDER_NOT_EXIST', true]);
});

it('takes accounts with keys of their own, and says what is no key', async () => {
  const own = {
    appId: 'own-keys',
    merchantNo: 'OWN1',
    merchantPublicKey: PLATFORM.publicKey,
    platformPrivateKey: MERCHANT.privateKey,
  };
  const added = await gateway.control('POST', '/payermax/accounts', own);
  expect(added.body).toMatchObject({ appId: 'own-keys', platformPublicKey: MERCHANT.publicKey });
  expect(JSON.stringify(added.body)).not.toContain(MERCHANT.privateKey);
  const requestTime = new Date(VECTOR_TIME).toISOString();
  const text = JSON.stringify({
    version: '1.5',
    keyVersion: '1',
    requestTime,
    appId: 'own-keys',
    data: { outTradeNo: 'x' },
  });
  const answer = await gateway.send('orderQuery', text, { sign: signed(text, PLATFORM.privateKey) });
  expect(answer.body.code).toBe('ORDER_NOT_EXIST');
  expect(isSigned(answer.text, answer.headers.get('sign'), MERCHANT.publicKey)).toBe(true);
  expect((await gateway.control('POST', '/payermax/accounts', own)).status).toBe(409);
  const bad = await gateway.control('POST', '/payermax/accounts', {
    ...own,
    appId: 'other',
    merchantPublicKey: 'nonsense',
  });
  expect(bad.body.error.problems).toMatchObject([{ field: 'merchantPublicKey' }]);
});

describe('the envelope', () => {
  const outTradeNo = 'none';
  it.each([
    ['PARAMS_INVALID', { version: '1.7' }],
    ['PARAMS_INVALID', { keyVersion: '2' }],
    ['PARAMS_INVALID', { requestTime: '2022-01-17 09:06:00' }],
    ['PARAMS_INVALID', { requestTime: '2022-13-17T09:06:00.000Z' }],
    ['PARAMS_INVALID', { surprise: 1 }],
    ['PARAMS_INVALID', { data: undefined }],
    ['MERCHANT_INVALID', { merchantNo: 'somebody-else' }],
    ['MERCHANT_APP_INVALID', { appId: 'nobody' }],
    ['REQ_TIME_OVER_TIME', { requestTime: '2022-01-17T09:03:59.999Z' }],
    ['REQ_TIME_OVER_TIME', { requestTime: '2022-01-17T09:08:00.001Z' }],
    ['ORDER_NOT_EXIST', { requestTime: '2022-01-17T09:04:00.000Z' }],
    ['ORDER_NOT_EXIST', { requestTime: '2022-01-17T17:08:00.000+08:00' }],
    ['ORDER_NOT_EXIST', { version: '1.0', merchantNo: undefined }],
    ['ORDER_NOT_EXIST', { version: '1.6' }],
  ])('answers %s to %j', async (code, envelope) => {
    const answer = await gateway.call('orderQuery', { outTradeNo }, envelope);
    expect([answer.status, answer.body.code]).toEqual([200, code]);
  });

  it('must be JSON and say so', async () => {
    const sign = signed('{"appId"');
    expect((await gateway.send('orderQuery', '{"appId"', { sign })).body.code).toBe('PARAMS_INVALID');
    const plain = { sign: VECTOR_A.sign, 'content-type': 'text/plain' };
    expect((await gateway.send('orderQuery', VECTOR_A.text, plain)).body.code).toBe('PARAMS_INVALID');
  });

  it('goes by POST to a known operation', async () => {
    expect((await http('GET', `${gateway.url}${GATEWAY}/orderQuery`)).status).toBe(405);
    expect((await gateway.call('orderCancel', { outTradeNo })).status).toBe(404);
    expect((await gateway.call('orderClose', { outTradeNo })).status).toBe(404);
  });
});
