import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NewTransaction, PomeloClient } from '../../../src/providers/pomelo/client';
import { ProviderError } from '../../../src/providers/provider-error';
import { forTests, goneAddress } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import * as v from './vectors';
import { PATIENT, soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let client: PomeloClient;
let signing: PomeloClient;

const V1 = { createVersion: 'v1', appId: 'app-1', assumed: { appVersion: 'shop-1.0' } };
beforeEach(() => {
  client = new PomeloClient(v.settingsFor(wire.url, PATIENT));
  signing = new PomeloClient(v.settingsFor(wire.url, { ...PATIENT, ...V1 }));
});
afterEach(() => Promise.all([client.close(), signing.close()]));

const WANTED: NewTransaction = { ...v.V2_CREATE, expires: new Date(v.V2_CREATE.expires) };
const create = (of = client) => of.createTransaction(WANTED);
const read = () => client.getTransaction(v.ID);
const list = () => client.listTransactions(3);
const created = { status: 201, json: v.CREATED };

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${JSON.stringify(outcome)}`);
}

describe('what is sent and read', () => {
  test('the v2 create of the notes, without a signature', async () => {
    wire.on(v.CREATE_V2, created);
    await expect(create()).resolves.toEqual({
      id: v.ID,
      state: 'QR_CODE_GENERATED',
      amount: 2000,
      currency: 'GBP',
      localId: 'att_7c1f',
      link: v.CREATED.url,
    });
    const [request] = wire.requests;
    expect(request).toMatchObject({ authorization: v.API_KEY, contentType: 'application/json' });
    expect(JSON.parse(request?.text ?? '')).toEqual(v.V2_CREATE);
  });

  test('the v1 create of the notes, signed with sha1', async () => {
    wire.on(v.CREATE_V1, created);
    await create(signing);
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual(v.V1_CREATE);
  });

  test('v1, signed with md5', async () => {
    wire.on(v.CREATE_V1, created);
    const md5 = new PomeloClient(v.settingsFor(wire.url, { ...V1, signMethod: 'md5' }));
    await create(md5).finally(() => md5.close());
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({
      ...v.V1_CREATE,
      signature: '3P+K4x+pdLPRv40Dq8NJ1g==',
      signMethod: 'md5',
    });
  });

  test.each([100, 2000, 9007199254740991])('%i cents are written exactly', async (amount) => {
    wire.on(v.CREATE_V2, created);
    await client.createTransaction({ ...WANTED, amount });
    expect(wire.requests[0]?.text).toContain(`"amount":${amount},`);
  });

  test('the three headers go with every call', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, answer) => {
      const { authorization, accept, 'content-type': contentType } = request.headers;
      seen.push({ authorization, accept, contentType });
      answer.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = new PomeloClient(v.settingsFor(origin));
    const calls = [other.createTransaction(WANTED), other.getTransaction(v.ID), other.listTransactions(1)];
    await Promise.all(calls.map(errorOf));
    await other.close();
    await new Promise((resolve) => server.close(resolve));
    const headers = { authorization: v.API_KEY, accept: 'application/json', contentType: 'application/json' };
    expect(seen).toEqual([headers, headers, headers]);
  });

  test('a slash after the base address changes nothing', async () => {
    wire.on(v.READ, { status: 200, json: v.CREATED });
    const other = new PomeloClient({ ...v.settingsFor(wire.url), baseUrl: `${wire.url}/public/` });
    await expect(other.getTransaction(v.ID).finally(() => other.close())).resolves.toMatchObject({
      id: v.ID,
    });
  });

  test('the list of the notes', async () => {
    wire.on(v.LIST_PAGE(3), { status: 200, json: v.LIST });
    await expect(list()).resolves.toEqual(v.LIST);
    wire.on(v.LIST_PAGE(3), { status: 200, json: { count: '7', items: [] } });
    await expect(list()).resolves.toEqual({ count: 7, items: [] });
    wire.on(v.LIST_PAGE(3), { status: 200, json: { items: [1] } });
    await expect(list()).resolves.toEqual({ count: null, items: [1] });
  });
});

describe('lenient reading that never guesses', () => {
  const readAs = (change: object) => {
    wire.on(v.READ, { status: 200, json: { ...v.CREATED, ...change } });
    return read();
  };

  test.each([
    [{ amount: '2000' }, { amount: 2000 }],
    [
      { amount: null, currency: null, state: null },
      { amount: null, currency: null, state: null },
    ],
    [{ qr: null, qrCode: 'odd', history: [1], refundTransactions: 'x' }, { id: v.ID }],
  ])('%j', async (change, expected) => {
    await expect(readAs(change)).resolves.toMatchObject(expected);
  });

  test.each([
    { id: undefined },
    { id: 7 },
    { id: '../customers' },
    { amount: 20.5 },
    { amount: -1 },
    { amount: '20.00' },
    { amount: 1e21 },
    { state: 7 },
    { localId: 7 },
  ])('%j cannot be read', async (change) => {
    const error = await errorOf(readAs(change));
    expect(error).toMatchObject({ kind: 'outcome_unknown', httpStatus: 200 });
    expect(error.message).toContain(Object.keys(change)[0]);
  });
});

describe('errors', () => {
  test.each<[string, WireAnswer, object]>([
    ['401', v.UNAUTHORIZED, { kind: 'unauthenticated', providerCode: '401/PP-C-004' }],
    ['403 without a code', v.FORBIDDEN, { kind: 'unauthenticated', providerCode: '403' }],
    ['404', v.NOT_FOUND, { kind: 'invalid_request', httpStatus: 404, providerCode: '404/PP-T-404' }],
    [
      '400',
      { status: 400, json: { code: 'PP-A-1' } },
      { kind: 'invalid_request', providerCode: '400/PP-A-1' },
    ],
    ['an odd code', { status: 400, json: { code: 'a b' } }, { kind: 'invalid_request', providerCode: '400' }],
    ['400 with HTML', { status: 400, text: '<html>' }, { kind: 'invalid_request', providerCode: '400' }],
    ['409', { status: 409 }, { kind: 'declined', providerCode: '409' }],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, { kind: 'rate_limited', retryAfterMs: 2_000 }],
    ['500', { status: 500, json: { code: 'PP-G-500' } }, { kind: 'unavailable' }],
    ['a redirect', { status: 302, headers: { location: '/' } }, { kind: 'unavailable' }],
    ['a reset', 'reset', { kind: 'unavailable' }],
    ['a time-out', 'hang', { kind: 'unavailable' }],
    ['a 200 with HTML', { status: 200, text: '<html>' }, { kind: 'unavailable' }],
    ['a 200 without a body', { status: 200 }, { kind: 'unavailable' }],
    ['a 200 of another shape', { status: 200, json: [] }, { kind: 'outcome_unknown' }],
  ])('%s', async (_, answer, expected) => {
    client = new PomeloClient(v.settingsFor(wire.url, soonWhereItHangs(answer)));
    wire.on(v.READ, answer).on(v.CREATE_V2, answer).on(v.LIST_PAGE(3), answer);
    expect(await errorOf(read())).toMatchObject({ ...expected, provider: 'Pomelo', call: 'get transaction' });
    expect(await errorOf(create())).toMatchObject({ ...expected, call: 'create transaction' });
    expect(await errorOf(list())).toMatchObject({ ...expected, call: 'list transactions' });
    expect(wire.requests).toHaveLength(3);
  });

  test('nobody there: provably not sent', async () => {
    const nobody = new PomeloClient(v.settingsFor(await goneAddress(new WireServer())));
    expect((await errorOf(nobody.createTransaction(WANTED))).kind).toBe('not_sent');
    await nobody.close();
  });

  test('never show the key, a signature or what Pomelo wrote', async () => {
    const echo = (request: { text: string; authorization?: string }) => ({
      status: 400,
      json: { code: 'PP-A-1', message: `${request.text} ${request.authorization}` },
    });
    wire.on(v.CREATE_V1, echo);
    const error = await errorOf(create(signing));
    expect(JSON.stringify(error) + error.message + error.stack).not.toMatch(/mysecretkey|36ecfb29|Order 123/);
  });
});
