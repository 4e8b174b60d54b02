import { createHmac } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ApiMetrics } from '../../src/api/metrics';
import type { PaymentStore } from '../../src/api/payment-store';
import { PaymentTokens } from '../../src/api/payment-tokens';
import { answerProblems } from '../../src/api/problem';
import { webhookRoutes } from '../../src/api/webhooks';
import type { ProviderEvent } from '../../src/domain/provider-answer';
import type { Callback, CallbackReader, RefusedCallback } from '../../src/providers/callback';
import type { ApiConnections } from '../../src/providers/index';
import type { Objection, Provider } from '../../src/providers/provider';
import { ApiRig, goodRequest, untouchableClient } from './api-rig';

interface Account {
  apiKey: string;
}

/** A company with one registered address whose signature covers the public address; it stands where Pomelo is. */
const ACME: CallbackReader<Account> = {
  read: (callback, { payment }, account) => verified(callback, [account()]) ?? eventOf(callback, payment.id),
  readReturn: (callback, { payment }, account) =>
    verified(callback, [account()]) ?? eventOf(callback, payment.id),
  find(callback, accounts) {
    const refused = verified(callback, Object.values(accounts));
    if (refused) return refused;
    const { id } = JSON.parse(callback.body.toString()) as { id: string };
    return id.startsWith('pay_') ? { paymentId: id } : { notOurs: true };
  },
  acknowledgement: { contentType: 'text/plain', body: 'heard' },
};

/** Rules that neither a schema nor capabilities can say. */
function objectionsTo({ description, customer, providerOptions, amount }: Parameters<Rules>[0]): Objection[] {
  const objections: Objection[] = [];
  if (description.length > 20) objections.push({ path: 'description', message: 'at most 20 characters' });
  if (providerOptions['push'] === true && customer?.phone === undefined) {
    objections.push({ path: 'customer.phone', message: 'is required with push' });
  }
  if (amount % 5 !== 0) {
    objections.push({ path: 'amount', message: 'must be a multiple of 5', code: 'unsupported_amount' });
  }
  return objections;
}
type Rules = NonNullable<Provider['objectionsTo']>;

jest.mock('../../src/providers/index', () => {
  const actual = jest.requireActual<typeof import('../../src/providers/index')>('../../src/providers/index');
  const { z } = jest.requireActual<typeof import('zod')>('zod');
  const acme = () => ({
    ...actual.providerOf('pomelo'),
    options: z.strictObject({ push: z.boolean().optional() }),
    objectionsTo,
    // Asked for before this file has come so far.
    get callbacks() {
      return ACME;
    },
  });
  return { ...actual, providerOf: (id: 'pomelo') => (id === 'pomelo' ? acme() : actual.providerOf(id)) };
});

const PUBLIC_URL = 'https://pay.example/base';
const KEY = 'key-of-acme';
const PAYMENT_ID = `pay_${'a'.repeat(26)}`;

const sign = (address: string, body: string, method = 'POST') =>
  createHmac('sha256', KEY).update(`${method} ${address}\n${body}`).digest('hex');

let seen: Callback[];
let delivered: ProviderEvent[];

function verified(callback: Callback, accounts: Account[]): RefusedCallback | null {
  seen.push(callback);
  const { method, url, body, headers } = callback;
  const signatures = accounts.map(({ apiKey }) =>
    createHmac('sha256', apiKey).update(`${method} ${url}\n`).update(body).digest('hex'),
  );
  if (signatures.includes(String(headers['x-signature'] ?? callback.query['signature']))) return null;
  return { error: 'bad_signature', message: 'the signature does not fit address and body' };
}

function eventOf({ receivedAt }: Callback, id: string): ProviderEvent {
  return { id: `acme:${id}`, receivedAt, statement: 'Acme announces something' };
}

describe('callbacks', () => {
  const tokens = new PaymentTokens([{ id: 't1', key: Buffer.alloc(32, 1) }]);
  const metrics = new ApiMetrics();
  const stored = {
    payment: { id: PAYMENT_ID, provider: 'pomelo', connection: 'default' },
    private: { returnUrl: 'https://shop.example/' },
  };
  const store = {
    read: async (id: string) => (id === PAYMENT_ID ? stored : null),
    deliver: async (_id: string, event: ProviderEvent) => {
      delivered.push(event);
      return 'signalled';
    },
  };
  let server: Server;

  beforeAll(async () => {
    const app = express();
    const connections = { pomelo: { default: { apiKey: KEY } } } as unknown as ApiConnections;
    const dependencies = { tokens, metrics, publicUrl: PUBLIC_URL, connections };
    app.use(webhookRoutes({ ...dependencies, store: store as unknown as PaymentStore }), answerProblems);
    server = createServer((request, response) => void app(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => {
    seen = [];
    delivered = [];
  });

  function send(path: string, body: string, signature: string, method = 'POST') {
    const { port } = server.address() as AddressInfo;
    const headers = {
      host: 'elsewhere.example',
      'content-type': 'application/json',
      'x-signature': signature,
    };
    return new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  const own = `/webhooks/pomelo/${PAYMENT_ID}/${tokens.sign('webhook', PAYMENT_ID)}`;

  test('the address of a payment: the signature covers our public one, whatever Host says', async () => {
    const path = `${own}?attempt=2&note=%C3%A9`;
    expect(await send(path, '{}', sign(PUBLIC_URL + path, '{}'))).toEqual({ status: 200, text: 'heard' });
    expect(delivered).toHaveLength(1);
    const { method, url, path: called, query, paymentId } = seen[0] ?? {};
    expect({ method, url, path: called, query, paymentId }).toEqual({
      method: 'POST',
      url: `${PUBLIC_URL}${path}`,
      path: own,
      query: { attempt: '2', note: 'é' },
      paymentId: PAYMENT_ID,
    });
  });

  test('a signature over the address that Host tells is refused', async () => {
    const signature = sign(`http://elsewhere.example${own}`, '{}');
    expect(await send(own, '{}', signature)).toMatchObject({ status: 401 });
    expect(delivered).toEqual([]);
  });

  test('a client that names a whole address in its request line has no say in what was called', async () => {
    const signature = sign(PUBLIC_URL + own, '{}');
    expect(await send(`http://elsewhere.example${own}`, '{}', signature)).toMatchObject({ status: 200 });
    expect(seen[0]).toMatchObject({ url: PUBLIC_URL + own, path: own });
  });

  test('what the browser brings back is read with the address too', async () => {
    const path = `/return/${PAYMENT_ID}/${tokens.sign('return', PAYMENT_ID)}`;
    expect(await send(path, '', sign(PUBLIC_URL + path, '', 'GET'), 'GET')).toMatchObject({ status: 303 });
    expect(seen[0]).toMatchObject({ method: 'GET', url: PUBLIC_URL + path, paymentId: PAYMENT_ID });
    expect(delivered).toHaveLength(1);
  });

  const ALL = '/webhooks/pomelo';
  const counted = async (result: string) =>
    /\} (\d+)$/.exec(
      (await metrics.registry.metrics())
        .split('\n')
        .find((line) => line.includes(`provider="pomelo",result="${result}"`)) ?? '',
    )?.[1];

  test('the one address of all payments names none, and finds one of ours', async () => {
    const body = JSON.stringify({ id: PAYMENT_ID });
    expect(await send(ALL, body, sign(PUBLIC_URL + ALL, body))).toMatchObject({ status: 200 });
    expect(seen.map(({ path, paymentId }) => [path, paymentId])).toEqual([
      [ALL, null],
      [ALL, null],
    ]);
    expect(delivered).toHaveLength(1);
  });

  test('genuine, but about no payment of ours: acknowledged, counted, told to nobody', async () => {
    const body = JSON.stringify({ id: 'sale-of-another-shop' });
    expect(await counted('not_ours')).toBe('0');
    expect(await send(ALL, body, sign(PUBLIC_URL + ALL, body))).toEqual({ status: 200, text: 'heard' });
    expect(await counted('not_ours')).toBe('1');
    expect(delivered).toEqual([]);
  });

  test('not ours and not genuine: refused', async () => {
    const body = JSON.stringify({ id: 'sale-of-another-shop' });
    expect(await send(ALL, body, sign('https://other.example', body))).toMatchObject({ status: 401 });
    expect(await counted('not_ours')).toBe('1');
  });
});

describe('rules of its own', () => {
  let api: ApiRig;
  beforeAll(async () => {
    api = await ApiRig.start(untouchableClient());
  });
  afterAll(() => api.stop());

  const order = { provider: 'pomelo', currency: 'GBP', amount: 1_250 };
  const LONG = 'Two tickets for the late show';

  test.each<[Record<string, unknown>, number, string, string[]]>([
    [{ description: LONG }, 400, 'invalid_request', ['description']],
    [{ providerOptions: { push: true } }, 400, 'invalid_request', ['customer.phone']],
    [
      { description: LONG, providerOptions: { push: true } },
      400,
      'invalid_request',
      ['description', 'customer.phone'],
    ],
    [{ amount: 1_251 }, 422, 'unsupported_amount', ['amount']],
  ])('%j is %i %s', async (change, status, code, paths) => {
    const { status: answered, body } = await api.create(goodRequest({ ...order, ...change }));
    expect({ status: answered, code: body['code'] }).toEqual({ status, code });
    expect((body['errors'] as { path: string }[]).map(({ path }) => path)).toEqual(paths);
  });

  test.each([
    {},
    { providerOptions: { push: true }, customer: { phone: '+393331234567' } },
    { providerOptions: { push: false } },
  ])('%j is taken', async (change) => {
    expect((await api.create(goodRequest({ ...order, ...change }))).status).toBe(500);
    expect(api.logs.join('')).toContain('must not touch Temporal');
  });
});
