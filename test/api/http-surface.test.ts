import { randomBytes } from 'node:crypto';
import { problemSchema } from '../../src/contract/http/problem';
import { paymentIdOf } from '../../src/api/idempotency';
import { ApiRig, goodRequest, OTHER_KEY, SHOP_KEY, untouchableClient } from './api-rig';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start(untouchableClient());
});
afterAll(() => api.stop());

const ID = paymentIdOf('shop', 'key');

describe('authentication', () => {
  test.each([null, 'wrong-key', `${SHOP_KEY}x`, SHOP_KEY.slice(0, -1)])('key %p is refused', async (key) => {
    const answer = await api.call({ path: `/v1/payments/${ID}`, key });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toMatch('Bearer');
  });

  test('comes before everything else of /v1', async () => {
    expect((await api.call({ path: '/v1/nothing', key: null })).status).toBe(401);
    expect((await api.call({ path: '/v1/nothing' })).status).toBe(404);
  });

  test('other schemes are refused', async () => {
    const headers = { authorization: `Basic ${SHOP_KEY}` };
    expect((await api.call({ path: '/v1/payments', key: null, headers })).status).toBe(401);
  });
});

test.each([
  ['DELETE', '/v1/payments', 'GET, HEAD, POST'],
  ['PUT', `/v1/payments/${ID}`, 'GET, HEAD'],
  ['GET', `/v1/payments/${ID}/cancel`, 'POST'],
  ['POST', `/v1/payments/${ID}/timeline`, 'GET, HEAD'],
  ['POST', `/v1/payments/${ID}/events`, 'GET, HEAD'],
  ['POST', '/healthz', 'GET, HEAD'],
  ['GET', `/webhooks/droppay-pos/${ID}/x.y`, 'POST'],
  ['PUT', `/webhooks/etpay/${ID}/x.y`, 'GET, HEAD, POST'],
  ['GET', '/webhooks/pomelo', 'POST'],
  ['GET', `/checkout/${ID}/confirm`, 'POST'],
  ['DELETE', `/v1/payments/${ID}/refunds/re_a`, 'GET, HEAD'],
])('%s %s is 405 and allows %s', async (method, path, allow) => {
  const answer = await api.call({ method, path });
  expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  expect(answer.headers.get('allow')).toBe(allow);
});

test.each([
  '/',
  '/nothing',
  '/v1',
  `/v1/payments/${ID}/nothing`,
  '/v1/payments/pay_1',
  '/v1/payments/..%2f..',
])('%s is 404', async (path) => {
  const answer = await api.call({ path });
  expect(answer.status).toBe(404);
  expect(problemSchema.parse(answer.body).code).toBe('not_found');
});

test('a path that cannot be decoded is 400', async () => {
  expect((await api.call({ path: '/v1/payments/%zz' })).status).toBe(400);
});

test('X-Request-Id: a good one is kept, others are replaced', async () => {
  const send = (id: string) => api.call({ path: '/nothing', headers: { 'x-request-id': id } });
  const kept = await send('trace-1.2_3');
  expect([kept.headers.get('x-request-id'), kept.body['requestId']]).toEqual(['trace-1.2_3', 'trace-1.2_3']);
  for (const bad of ['x'.repeat(129), 'a b', '{"json":1}']) {
    const made = (await send(bad)).headers.get('x-request-id');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
  }
  expect(api.logs.join('')).toContain('trace-1.2_3');
});

test('security headers: nothing inline, no referrer', async () => {
  const { headers } = await api.call({ path: '/docs' });
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('logs hold neither keys, bodies, queries nor tokens', async () => {
  const rig = await ApiRig.start(untouchableClient());
  const secret = randomBytes(12).toString('hex');
  await rig.call({ method: 'POST', path: `/webhooks/droppay-pos/${ID}/t1.${secret}`, body: { secret } });
  await rig.call({ path: `/return/${ID}/t1.${secret}?dps=${secret}` });
  await rig.call({ path: `/checkout/${ID}?t=t1.${secret}` });
  await rig.create(goodRequest({ description: secret, amount: 0 }), secret);
  await rig.stop();
  const logs = rig.logs.join('');
  expect(logs).toContain(`/webhooks/droppay-pos/${ID}/[token]`);
  expect(logs).toContain(`/return/${ID}/[token]`);
  expect(logs).not.toContain(secret);
  expect(logs).not.toContain(SHOP_KEY);
});

describe('rate limit', () => {
  test('is per key and says when to come back', async () => {
    const rig = await ApiRig.start(untouchableClient(), { rateLimit: 2 });
    const call = (key: string) => rig.call({ path: '/v1/payments/pay_1', key });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => call(SHOP_KEY)));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]).toMatchObject({ body: { code: 'rate_limited' } });
    expect(limited[0]?.headers.get('retry-after')).toBe('1');
    expect((await call(OTHER_KEY)).status).toBe(404);
    await rig.stop();
  });

  test('0 is off', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => api.call({ path: '/v1/payments/pay_1' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  });

  test('callbacks are limited per payment, and only with a right token', async () => {
    const path = (id: string) => `/webhooks/droppay-pos/${id}/${api.tokens.sign('webhook', id)}`;
    const send = (to: string) =>
      api.call({ method: 'POST', path: to, body: 'x'.repeat(65 * 1024), key: null });
    const answers = await Promise.all(Array.from({ length: 31 }, () => send(path(ID))));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect((await send(path(paymentIdOf('shop', 'another')))).status).toBe(413);
    expect((await send(`/webhooks/droppay-pos/${ID}/t1.wrong`)).status).toBe(404);
  });
});

describe('bad input of other calls', () => {
  const at = (call: string) => `/v1/payments/${ID}/${call}`;
  test.each([
    ['confirm', { paymentToken: '' }, 'paymentToken'],
    ['confirm', { clientIp: 'here' }, 'clientIp'],
    ['confirm', { userAgent: 'x'.repeat(513) }, 'userAgent'],
    ['confirm', { terminal: 1 }, 'terminal'],
    ['cancel', { why: 'x' }, 'why'],
    ['recheck', { now: true }, 'now'],
    ['resolve', { decision: 'perhaps', note: 'n', by: 'b' }, 'decision'],
    ['resolve', { decision: 'failed', note: '', by: 'b' }, 'note'],
    ['resolve', { decision: 'failed', note: 'n' }, 'by'],
    ['refunds/re_a/resolve', { decision: 'refund', note: 'n', by: 'b' }, 'decision'],
    ['refunds/re_a/resolve', { decision: 'failed', by: 'b' }, 'note'],
    ['refunds', { amount: 0 }, 'amount'],
    ['refunds', { reason: '' }, 'reason'],
  ])('%s %j names %s', async (call, body, path) => {
    const headers = { 'idempotency-key': 'k' };
    const answer = await api.call({ method: 'POST', path: at(call), body, headers });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path }] } });
  });

  test.each([
    ['status=paid', 'status'],
    ['provider=paypal', 'provider'],
    ['reference=', 'reference'],
    ['createdAfter=yesterday', 'createdAfter'],
    ['createdBefore=2026-01-01', 'createdBefore'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['color=red', 'color'],
  ])('list ?%s names %s', async (query, path) => {
    const answer = await api.call({ path: `/v1/payments?${query}` });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path }] } });
  });

  test.each(['21', '-1', 'x', '1.5'])('wait=%s is refused', async (wait) => {
    const answer = await api.call({ path: `/v1/payments/${ID}?wait=${wait}` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'wait' }] } });
  });

  test('a refund needs an idempotency key', async () => {
    const answer = await api.call({ method: 'POST', path: at('refunds'), body: {} });
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
  });
});

describe('addresses with tokens', () => {
  const other = paymentIdOf('shop', 'other payment');
  const checkout = () => api.tokens.sign('checkout', ID);
  test('a token opens one payment for one purpose', async () => {
    const bad = [
      `/webhooks/droppay-pos/${ID}/${api.tokens.sign('webhook', other)}`,
      `/webhooks/droppay-pos/${ID}/${checkout()}`,
      `/webhooks/paypal/${ID}/${api.tokens.sign('webhook', ID)}`,
      `/webhooks/droppay-pos/pay_x/${api.tokens.sign('webhook', 'pay_x')}`,
    ];
    for (const path of bad) {
      const answer = await api.call({ method: 'POST', path, body: {}, key: null });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await api.call({ path: `/return/${ID}/${checkout()}`, key: null })).status).toBe(404);
    expect((await api.call({ path: `/checkout/${other}/status?t=${checkout()}`, key: null })).status).toBe(
      404,
    );
    const page = await api.call({ path: `/checkout/${ID}?t=x.y`, key: null });
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toMatch('text/html');
  });

  test('a large callback is 413', async () => {
    const path = `/webhooks/droppay-pos/${other}/${api.tokens.sign('webhook', other)}`;
    const answer = await api.call({ method: 'POST', path, body: 'x'.repeat(65 * 1024), key: null });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  test('the one address of all Pomelo payments believes nothing without a right signature', async () => {
    const send = (body: string) => api.call({ method: 'POST', path: '/webhooks/pomelo', body, key: null });
    const unsigned = {
      transactionId: 'T1',
      localId: ID.replace('_', ''),
      state: 'CONFIRMED',
      amount: 2000,
      currency: 'GBP',
    };
    expect(await send('not json')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(await send(JSON.stringify(unsigned))).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    expect(await send(JSON.stringify({ ...unsigned, signature: 'x' }))).toMatchObject({ status: 401 });
    for (const provider of ['droppay-pos', 'droppay-acquirer', 'payermax', 'etpay', 'paypal']) {
      expect((await api.call({ method: 'POST', path: `/webhooks/${provider}`, body: {} })).status).toBe(404);
    }
  });
});

test('healthz and metrics need no key; readyz is red without Temporal', async () => {
  expect((await api.call({ path: '/healthz', key: null })).body).toEqual({ status: 'ok' });
  const ready = await api.call({ path: '/readyz', key: null });
  expect(ready).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } });
  expect(ready.headers.get('retry-after')).toBe('5');
  const { text } = await api.call({ path: '/metrics', key: null });
  expect(text).toMatch(
    /holdfast_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} \d/,
  );
  expect(text).toContain('process_cpu_user_seconds_total');
});
