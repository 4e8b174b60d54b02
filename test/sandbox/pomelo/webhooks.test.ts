import { createHash } from 'node:crypto';
import { startReceiver } from '../sandbox-client';
import { checksum, startPomelo, type TestPomelo } from './pomelo-client';

let now: number;
let pomelo: TestPomelo;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let statuses: number[];

interface SeenDelivery {
  id: string;
  destination: string;
  state: string;
  attempts: { statusCode: number | null; error: string | null }[];
}

beforeEach(async () => {
  now = Date.parse('2030-01-01T10:00:00.000Z');
  statuses = [];
  pomelo = await startPomelo({ now: () => now });
  receiver = await startReceiver(statuses);
});
afterEach(async () => {
  await pomelo.close();
  await receiver.close();
});

const address = (path: string) => new URL(path, receiver.url.replace(/\/\/.*@/, '//')).href;
const own = () => ({ webhook: address('/own') });
const companyWide = (...paths: string[]) =>
  pomelo.pomelo('POST', `/accounts/${pomelo.merchant.appId}/webhooks`, { webhookUrls: paths.map(address) });
const rule = (order: Record<string, unknown>) => pomelo.pomelo('POST', '/webhooks/rules', order);
const arrivals = () => receiver.received.map(({ path, body }) => `${path} ${body.state}`);
const deliveries = async (reference: string): Promise<SeenDelivery[]> =>
  (await pomelo.pomelo('GET', `/webhooks/deliveries?reference=${reference}`)).body.deliveries;

/** Waits until the deliveries of a reference look as wanted; the test's own time limit ends a wait in vain. */
async function deliveriesWhen(reference: string, wanted: (found: SeenDelivery[]) => boolean) {
  for (;;) {
    const found = await deliveries(reference);
    if (wanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const settled = (reference: string, count: number) =>
  deliveriesWhen(
    reference,
    (found) => found.length >= count && found.every(({ state }) => state !== 'pending'),
  );

/** Whether the header signature is that of the nonce, the time and the key. */
function headersVerify({ headers }: (typeof receiver.received)[number]): boolean {
  const signed = [
    headers['x-signature-nonce'],
    headers['x-signature-timestamp'],
    pomelo.merchant.apiKey,
  ].join('');
  return headers['x-signature'] === createHash('sha256').update(signed).digest('hex');
}

it('tells creation and change in the seed’s body, signed', async () => {
  const { id } = await pomelo.create({
    ...own(),
    localId: 'w1',
    customerReference: 'Order 1',
    provider: 'card',
  });
  await receiver.arrived(1);
  await pomelo.act(id, 'approve');
  await receiver.arrived(2);
  const body = {
    localId: 'w1',
    customerReference: 'Order 1',
    transactionId: id,
    created: '2030-01-01T10:00:00.000Z',
    signature: checksum('sha1', 2000, 'GBP', pomelo.merchant.apiKey),
    amount: 2000,
    currency: 'GBP',
    provider: 'card',
    qrCode: { url: `${pomelo.url}/pomelo/qr/${id}.svg` },
  };
  expect(receiver.received.map((each) => each.body)).toEqual([
    { ...body, state: 'QR_CODE_GENERATED' },
    { ...body, state: 'CONFIRMED' },
  ]);
  for (const webhook of receiver.received) {
    expect(webhook.headers).toMatchObject({
      'x-originator': 'Pomelo-Webhooks',
      'x-signature-timestamp': '1893492000',
      'content-type': 'application/json',
    });
    expect(headersVerify(webhook)).toBe(true);
  }
  expect(receiver.received[0]?.headers['x-signature-nonce']).not.toBe(
    receiver.received[1]?.headers['x-signature-nonce'],
  );
});

it('sends to the transaction’s own address and to every company-wide one', async () => {
  await companyWide('/company', '/app');
  await pomelo.create({ ...own(), localId: 'three' });
  await receiver.arrived(3);
  await pomelo.createV2({ localId: 'two' });
  await receiver.arrived(5);
  expect(arrivals().sort()).toEqual(
    ['/own', '/company', '/app', '/company', '/app'].map((path) => `${path} QR_CODE_GENERATED`).sort(),
  );
  const nonces = receiver.received.map(({ headers }) => headers['x-signature-nonce']);
  expect(new Set(nonces).size).toBe(5);
  expect((await settled('three', 3)).map(({ destination }) => destination)).toEqual([
    'transaction',
    'company',
    'company',
  ]);
  await companyWide();
  await pomelo.createV2({ localId: 'none' });
  expect(await deliveries('none')).toEqual([]);
});

it('tells every change of state, and nothing of a declined attempt', async () => {
  await companyWide('/c');
  const step = async (key: string, name: string, count: number) => {
    await pomelo.act(key, name);
    await receiver.arrived(count);
  };
  await pomelo.create({ localId: 'a' });
  await receiver.arrived(1);
  await pomelo.act('a', 'decline-attempt');
  await step('a', 'approve', 2);
  await step('a', 'request-refund', 3);
  await step('a', 'turn-down-refund', 4);
  await step('a', 'refund', 6);
  await pomelo.set({ createdWebhooks: false });
  await pomelo.create({ localId: 'b' });
  await step('b', 'cancel', 7);
  await pomelo.create({ localId: 'c' });
  await step('c', 'fail', 8);
  await pomelo.create({ localId: 'd' });
  await pomelo.advance(86_400_000);
  await receiver.arrived(9);
  await pomelo.set({ cancelCall: true });
  const { id } = await pomelo.create({ localId: 'e' });
  await pomelo.api('POST', `/transactions/${id}/cancel`);
  await receiver.arrived(10);
  expect(receiver.received.map(({ body }) => `${body.localId} ${body.state}`)).toEqual([
    'a QR_CODE_GENERATED',
    'a CONFIRMED',
    'a REFUND_REQUESTED',
    'a CONFIRMED',
    'a REFUND_REQUESTED',
    'a REFUNDED',
    'b CANCELLED',
    'c FAILED',
    'd CANCELLED',
    'e CANCELLED',
  ]);
});

it('signs by the method of the creation, sha1 for v2, or as set', async () => {
  const { apiKey } = pomelo.merchant;
  const [md5, sha1] = [checksum('md5', 2000, 'GBP', apiKey), checksum('sha1', 2000, 'GBP', apiKey)];
  await companyWide('/c');
  const signatureOf = async (create: () => Promise<unknown>, count: number) => {
    await create();
    await receiver.arrived(count);
    return receiver.received[count - 1]?.body.signature;
  };
  expect(await signatureOf(() => pomelo.create({ signMethod: 'md5' }), 1)).toBe(md5);
  expect(await signatureOf(() => pomelo.createV2(), 2)).toBe(sha1);
  await pomelo.set({ webhookSignMethod: 'md5', originalSignature: true });
  expect(await signatureOf(() => pomelo.create(), 3)).toBe(md5);
  await pomelo.set({ webhookSignMethod: 'sha1' });
  expect(await signatureOf(() => pomelo.create({ signMethod: 'md5' }), 4)).toBe(sha1);
  expect(receiver.received.map(({ body }) => body.originalSignature)).toEqual([
    undefined,
    undefined,
    md5,
    md5,
  ]);
});

it('sends without header signatures, and in the newer body, by switch', async () => {
  await companyWide('/c');
  await pomelo.set({ headerSignatures: false, newerWebhookBodies: true });
  const { id } = await pomelo.create({ localId: 'newer' });
  await receiver.arrived(1);
  const [webhook] = receiver.received;
  expect(webhook?.headers['x-originator']).toBe('Pomelo-Webhooks');
  expect(Object.keys(webhook?.headers ?? {}).filter((name) => name.startsWith('x-signature'))).toEqual([]);
  expect(webhook?.body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    transactionId: id,
    eventType: 'NOTIFY_TRANSACTION_CHANGE',
    updated: '2030-01-01T10:00:00.000Z',
    deleted: false,
    signature: checksum('sha1', 2000, 'GBP', pomelo.merchant.apiKey),
  });
  expect(webhook?.body.id).not.toBe(id);
});

it.each([
  ['flipped_signature', false, true],
  ['flipped_header', true, false],
  ['seed', true, true],
  ['newer', true, true],
])('forges by rule: %s', async (shape, bodyIsRight, headerIsRight) => {
  await rule({ match: { reference: 'forged' }, shape });
  await pomelo.create({ ...own(), localId: 'forged' });
  await receiver.arrived(1);
  const [webhook] = receiver.received;
  const right = checksum('sha1', 2000, 'GBP', pomelo.merchant.apiKey);
  expect([webhook?.body.signature === right, webhook && headersVerify(webhook)]).toEqual([
    bodyIsRight,
    headerIsRight,
  ]);
  const flippedBits = (given: string, wanted: string) =>
    [...Buffer.from(given, 'hex')]
      .map(
        (byte, index) =>
          (byte ^ (Buffer.from(wanted, 'hex')[index] ?? 0)).toString(2).replaceAll('0', '').length,
      )
      .reduce((sum, bits) => sum + bits, 0);
  if (!bodyIsRight) expect(flippedBits(webhook?.body.signature, right)).toBe(1);
});

it('sends unsigned by rule', async () => {
  await rule({ shape: 'unsigned' });
  await pomelo.create(own());
  await receiver.arrived(1);
  const [webhook] = receiver.received;
  expect([webhook?.body.signature, webhook?.headers['x-signature']]).toEqual([undefined, undefined]);
  expect(webhook?.body.state).toBe('QR_CODE_GENERATED');
});

it('loses one channel and keeps the other', async () => {
  await companyWide('/company');
  await rule({ match: { reference: 'half', destination: 'transaction' }, drop: true });
  await pomelo.create({ ...own(), localId: 'half' });
  await pomelo.act('half', 'approve');
  await receiver.arrived(2);
  expect(arrivals()).toEqual(['/company QR_CODE_GENERATED', '/company CONFIRMED']);
  expect((await settled('half', 4)).map(({ destination, state }) => `${destination} ${state}`)).toEqual([
    'transaction dropped',
    'company delivered',
    'transaction dropped',
    'company delivered',
  ]);
  expect((await rule({ match: { destination: 'nowhere' } })).status).toBe(400);
  const dropPay = await pomelo.control('POST', '/droppay/webhooks/rules', {
    match: { destination: 'company' },
  });
  expect(dropPay.status).toBe(400);
});

it('duplicates, delays and reorders each address by itself', async () => {
  await companyWide('/company');
  await rule({ match: { reference: 'r', destination: 'company' }, reorder: true, times: 1 });
  await rule({ match: { reference: 'r', destination: 'transaction' }, duplicates: 1, times: 1 });
  await pomelo.create({ ...own(), localId: 'r' });
  await receiver.arrived(2);
  expect(arrivals()).toEqual(['/own QR_CODE_GENERATED', '/own QR_CODE_GENERATED']);
  await rule({ match: { reference: 'r', destination: 'transaction' }, delayMs: 60_000, times: 1 });
  await pomelo.act('r', 'approve');
  await receiver.arrived(4);
  expect(arrivals().slice(2)).toEqual(['/company CONFIRMED', '/company QR_CODE_GENERATED']);
  await pomelo.advance(60_000);
  await receiver.arrived(5);
  expect(arrivals().slice(4)).toEqual(['/own CONFIRMED']);
});

it('sends before the create is answered, by rule', async () => {
  await rule({ match: { reference: 'early' }, beforeAnswer: true });
  await pomelo.create({ ...own(), localId: 'early' });
  expect(arrivals()).toEqual(['/own QR_CODE_GENERATED']);
});

it('tries again after 10, 60, 300 and 1800 seconds, with the same bytes, until a 2xx', async () => {
  statuses.push(500, 404, 302, 503, 204);
  await pomelo.create({ ...own(), localId: 'again' });
  for (const [tries, gapMs] of [
    [1, 10_000],
    [2, 60_000],
    [3, 300_000],
    [4, 1_800_000],
  ] as const) {
    await deliveriesWhen('again', ([found]) => found?.attempts.length === tries);
    await pomelo.advance(gapMs - 1);
    expect((await deliveries('again'))[0]?.attempts).toHaveLength(tries);
    await pomelo.advance(1);
  }
  const [delivery] = await deliveriesWhen('again', ([found]) => found?.state === 'delivered');
  expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 404, 302, 503, 204]);
  expect(
    new Set(receiver.received.map(({ text, headers }) => [text, headers['x-signature-nonce']].join(' ')))
      .size,
  ).toBe(1);
});

it('gives up after the last try', async () => {
  statuses.push(500, 500);
  await pomelo.set({ webhookRetryGapsMs: [1_000] });
  await pomelo.create({ ...own(), localId: 'lost' });
  await deliveriesWhen('lost', ([found]) => found?.attempts.length === 1);
  await pomelo.advance(1_000);
  await deliveriesWhen('lost', ([found]) => found?.state === 'failed');
  expect(receiver.received).toHaveLength(2);
});

it('replays the very bytes and headers', async () => {
  await pomelo.create({ ...own(), localId: 'replayed' });
  const [delivery] = await settled('replayed', 1);
  await pomelo.advance(86_000_000);
  const answer = await pomelo.pomelo('POST', `/webhooks/deliveries/${delivery?.id}/replay`);
  expect(answer.body).toMatchObject({ state: 'delivered', destination: 'transaction' });
  const [first, second] = receiver.received;
  expect(second?.text).toBe(first?.text);
  expect(second?.headers['x-signature']).toBe(first?.headers['x-signature']);
});

it('sends on demand: lies rightly signed, any body, any address', async () => {
  const { id } = await pomelo.create({ localId: 'send', currency: 'EUR' });
  const send = async (order: Record<string, unknown>) =>
    (await pomelo.pomelo('POST', '/webhooks/send', { payment: 'send', ...order })).status;
  expect(await send({})).toBe(409);
  const url = address('/anywhere');
  expect(await send({ url, state: 'CONFIRMED', override: { amount: 1, localId: null } })).toBe(200);
  expect(await send({ url, state: 'TELEPORTED', shape: 'flipped_signature' })).toBe(200);
  expect(await send({ url, body: { transactionId: id } })).toBe(200);
  await companyWide('/company');
  expect(await send({ destination: 'transaction' })).toBe(409);
  expect(await send({ destination: 'company' })).toBe(200);
  const { apiKey } = pomelo.merchant;
  expect(receiver.received.map(({ body }) => body)).toMatchObject([
    { transactionId: id, state: 'CONFIRMED', amount: 1, signature: checksum('sha1', 1, 'EUR', apiKey) },
    { state: 'TELEPORTED', amount: 2000 },
    { transactionId: id },
    { state: 'QR_CODE_GENERATED', signature: checksum('sha1', 2000, 'EUR', apiKey) },
  ]);
  expect(receiver.received[0]?.body).not.toHaveProperty('localId');
  expect(receiver.received[2]?.text).toBe(JSON.stringify({ transactionId: id }));
  expect((await pomelo.read(id)).state).toBe('QR_CODE_GENERATED');
});

it('tries https on any port, and shows no address in the list', async () => {
  await pomelo.create({ localId: 'port', webhook: 'https://127.0.0.1:1/secret-path' });
  const [delivery] = await deliveriesWhen('port', ([found]) => found?.attempts.length === 1);
  expect(delivery).toMatchObject({ state: 'pending', url: 'https://127.0.0.1:1/[redacted]' });
  expect(delivery?.attempts[0]?.error).toMatch(/./);
});
