import { startReceiver, startTestSandbox, type TestSandbox } from './sandbox-client';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.close());

const AUTHORIZATION = '/shop/v1/pos/authorization';
const set = (rates: Record<string, unknown>) => sandbox.control('POST', '/droppay/fault-rates', rates);
const report = async () => (await sandbox.control('GET', '/droppay/fault-rates')).body;
const read = async (id: string) => (await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).status;
const mine = () => ({ clientId: sandbox.clientId });

/** How often each of the payments' five reads is struck, the payments read in the given order. */
async function struckReads(ids: readonly string[], order: 'by payment' | 'in turn'): Promise<number[][]> {
  const statuses = new Map(ids.map((id) => [id, [] as number[]]));
  const one = async (id: string) => void statuses.get(id)?.push(await read(id));
  if (order === 'by payment') for (const id of ids) for (let n = 0; n < 5; n += 1) await one(id);
  else for (let n = 0; n < 5; n += 1) for (const id of [...ids].reverse()) await one(id);
  return [...statuses.values()];
}

describe('faults by chance', () => {
  it('strike the share that was ordered, and are counted', async () => {
    const { id } = await sandbox.create();
    await set({
      seed: 1,
      calls: [
        { call: 'read', kind: 'status', status: 503, rate: 0.25, match: mine() },
        { call: 'read', kind: 'garbage', rate: 0.25, match: mine() },
      ],
    });
    for (let n = 0; n < 200; n += 1) await sandbox.api('GET', `${AUTHORIZATION}/${id}`);
    const { calls, drawn } = await report();
    expect(drawn.calls).toEqual({ read: 200 });
    for (const { struck } of calls) {
      expect(struck).toBeGreaterThan(25);
      expect(struck).toBeLessThan(75);
    }
    const log = (await sandbox.control('GET', '/droppay/calls?struck=true')).body.calls;
    expect(log).toHaveLength(calls[0].struck + calls[1].struck);
    expect(log.filter(({ fault }: { fault: { id: string } }) => fault.id === 'rate-1')).toHaveLength(
      calls[0].struck,
    );
  });

  it('strike the same traffic alike, however it is interleaved, and another seed otherwise', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push((await sandbox.create({ merchant_custom_id: `same${n}` })).id);
    const rates = (seed: number) => ({
      seed,
      calls: [{ call: 'read', kind: 'status', status: 500, rate: 0.5, match: mine() }],
    });
    await set(rates(7));
    const first = await struckReads(ids, 'by payment');
    await set(rates(7));
    expect(await struckReads(ids, 'in turn')).toEqual(first);
    await set(rates(8));
    expect(await struckReads(ids, 'by payment')).not.toEqual(first);
  });

  it('give way to an ordered fault, and end when they are cleared', async () => {
    const { id } = await sandbox.create();
    await set({ calls: [{ call: 'read', kind: 'status', status: 500, rate: 1 }] });
    await sandbox.control('POST', '/droppay/faults', { call: 'read', kind: 'status', status: 418 });
    expect([await read(id), await read(id)]).toEqual([418, 500]);
    expect((await sandbox.control('DELETE', '/droppay/fault-rates')).body).toEqual({ cleared: 1 });
    expect(await read(id)).toBe(200);
  });

  it('keep what a lost answer did', async () => {
    const { pay_token: token } = await sandbox.granted({ merchant_custom_id: 'lost-by-chance' });
    await set({ calls: [{ call: 'charge', kind: 'status', status: 500, apply: 'before', rate: 1 }] });
    expect((await sandbox.charge(token.val)).status).toBe(500);
    const { charges } = (await sandbox.control('GET', '/droppay/ledger?reference=lost-by-chance')).body;
    expect(charges).toHaveLength(1);
  });

  it('are refused when the rates of one call add up to more than 1', async () => {
    const half = { call: 'read', kind: 'reset', rate: 0.6 };
    const refused = await set({ calls: [half, half] });
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('add up to more than 1');
    expect((await set({ calls: [half, { ...half, call: 'charge' }] })).status).toBe(200);
    expect((await set({ calls: [{ ...half, apply: 'never', kind: 'slow' }] })).status).toBe(400);
  });
});

describe('webhooks by chance', () => {
  it('are dropped, repeated or let through, and an ordered rule comes first', async () => {
    const receiver = await startReceiver();
    try {
      await set({
        seed: 3,
        webhooks: [
          { rate: 0.3, drop: true },
          { rate: 0.3, duplicates: 1 },
        ],
      });
      for (let n = 0; n < 60; n += 1) {
        await sandbox.granted({ merchant_custom_id: `hook${n}`, webhooks: { ALL: receiver.url } });
      }
      const { webhooks, drawn } = await report();
      const [dropped, repeated] = webhooks.map(({ struck }: { struck: number }) => struck);
      expect(drawn.webhooks).toBe(60);
      expect(dropped).toBeGreaterThan(5);
      expect(repeated).toBeGreaterThan(5);
      await receiver.arrived(60 - dropped + repeated);
      await sandbox.control('POST', '/droppay/webhooks/rules', { drop: true });
      await sandbox.granted({ webhooks: { ALL: receiver.url } });
      expect((await report()).drawn.webhooks).toBe(60);
    } finally {
      await receiver.close();
    }
  });
});
