import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { paymentIdOf } from '../../src/api/idempotency';
import { workflowIdOf } from '../../src/domain/payment';
import type { Opening } from '../../src/domain/provider-answer';
import {
  createPaymentWorkers,
  createWorkflowWorker,
  type PaymentWorkers,
} from '../../src/worker/payment-workers';
import { DEFAULT_PROVIDER_LIMITS } from '../../src/config/worker-limits';
import { dataConverter } from '../../src/temporal/data-converter';
import { registerSearchAttributes } from '../../src/temporal/search-attributes';
import { eventually } from '../support/eventually';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';
import { FakeDropPay } from '../workflows/fake-droppay';
import { ApiRig, goodRequest } from './api-rig';

const keyRing = [{ id: 'test', key: randomBytes(32) }];
const MOST = 2;
const POMELO = goodRequest({ provider: 'pomelo', currency: 'GBP' });

/** Calls to Pomelo hang until they are let go. */
class HangingPomelo {
  called = 0;
  private waiting: ((opening: Opening) => void)[] = [];
  readonly pomeloCreateTransaction = (): Promise<Opening> => {
    this.called += 1;
    return new Promise((resolve) => this.waiting.push(resolve));
  };
  letGo(): void {
    const message = 'it was down';
    const refused: Opening = { outcome: 'refused', end: 'failed', code: 'provider_refused_request', message };
    for (const answer of this.waiting.splice(0)) answer(refused);
  }
}

describe('too much at once', () => {
  const dropPay = new FakeDropPay();
  const pomelo = new HangingPomelo();
  let connection: Connection;
  let native: NativeConnection;
  let client: Client;
  let workers: PaymentWorkers;
  let running: Promise<void>;
  let api: ApiRig;
  beforeAll(async () => {
    const address = sharedDevServerAddress();
    const namespace = await createNamespace(address, 'overload');
    connection = await Connection.connect({ address });
    native = await NativeConnection.connect({ address });
    await registerSearchAttributes(connection, namespace);
    client = new Client({ connection, namespace, dataConverter: dataConverter(keyRing) });
    const one = { concurrency: MOST, perSecond: null };
    workers = await createPaymentWorkers({
      connection: native,
      namespace,
      keyRing,
      activities: { ...dropPay, pomeloCreateTransaction: pomelo.pomeloCreateTransaction },
      providerLimits: { ...DEFAULT_PROVIDER_LIMITS, 'droppay-pos': one, pomelo: one },
    });
    running = workers.run();
    api = await ApiRig.start(client, { maxInFlight: MOST });
  });
  afterAll(async () => {
    pomelo.letGo();
    await api.stop();
    workers.shutdown();
    await running;
    await native.close();
    await connection.close();
  });

  const inFlight = async (rig: ApiRig, kind: string) => {
    const { text } = await rig.call({ path: '/metrics', key: null });
    return Number(new RegExp(`holdfast_in_flight\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1]);
  };

  it('is refused quickly, starts nothing, and lets callbacks and reads through; what was accepted ends', async () => {
    const existing = await api.create(goodRequest());
    const id = String(existing.body['id']);
    const taskQueue = `idle-${randomUUID()}`;
    // Nobody works on this queue: every create keeps its place.
    const { tokenSecrets, publicUrl } = api.settings;
    const busy = await ApiRig.start(client, { maxInFlight: MOST, tokenSecrets, publicUrl }, { taskQueue });
    const accepted = Array.from({ length: MOST }, () => busy.create(goodRequest()));
    await eventually(
      () => inFlight(busy, 'create'),
      (count) => count === MOST,
    );

    const keys = Array.from({ length: 20 }, () => randomUUID());
    const began = Date.now();
    const refused = await Promise.all(keys.map((key) => busy.create(goodRequest(), key)));
    expect(Date.now() - began).toBeLessThan(2_000);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    const ofRefused = client.workflow.getHandle(workflowIdOf(paymentIdOf('shop', keys[0] ?? '')));
    await expect(ofRefused.describe()).rejects.toThrow(/not found/);

    const lines = busy.logs.filter((line) => line.includes('"statusCode":503'));
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(line.length).toBeLessThan(500);

    const path = `/webhooks/droppay-pos/${id}/${busy.tokens.sign('webhook', id)}`;
    const callback = await busy.call({
      method: 'POST',
      path,
      body: { id: 'CHT1', status: 'GRANTED' },
      key: null,
    });
    expect(callback.status).toBe(200);
    expect((await busy.call({ path: `/v1/payments/${id}` })).status).toBe(200);
    expect((await busy.call({ path: '/readyz', key: null })).status).toBe(200);
    const metrics = await busy.call({ path: '/metrics', key: null });
    expect(metrics.text).toContain('holdfast_overload_refusals_total{kind="create"} 20');

    const { namespace } = client.options;
    const shared = { connection: native, namespace, dataConverter: dataConverter(keyRing) };
    const late = await createWorkflowWorker(shared, {}, taskQueue);
    await late.runUntil(async () => {
      for (const answer of await Promise.all(accepted)) {
        expect(answer).toMatchObject({ status: 201, body: { status: 'requires_action' } });
      }
      expect(await inFlight(busy, 'create')).toBe(0);
      expect(await busy.create(goodRequest(), keys[0])).toMatchObject({ status: 201 });
    });
    await busy.stop();
  });

  it('gives the place of a client that went away back', async () => {
    const taskQueue = `idle-${randomUUID()}`;
    const left = await ApiRig.start(client, { maxInFlight: 1 }, { taskQueue });
    const going = new AbortController();
    const headers = { 'idempotency-key': randomUUID(), 'content-type': 'application/json' };
    const request = fetch(`${left.url}/v1/payments`, {
      method: 'POST',
      headers: { ...headers, authorization: 'Bearer shop-key-of-this-test' },
      body: JSON.stringify(goodRequest()),
      signal: going.signal,
    });
    await eventually(
      () => inFlight(left, 'create'),
      (count) => count === 1,
    );
    going.abort();
    await expect(request).rejects.toThrow(/abort/);
    // At the latest when nobody has taken the payment on for 15 s.
    await eventually(
      () => inFlight(left, 'create'),
      (count) => count === 0,
    );
    await left.stop();
  });

  it('at one provider that hangs neither delays nor keeps out payments of another', async () => {
    const waiting = Array.from({ length: 2 * MOST }, (_, index) => index).reduce(async (previous) => {
      const answers = await previous;
      // One after the other, as a backend sends them: each is taken on before the next comes.
      await eventually(
        () => inFlight(api, 'create'),
        (count) => count === 0,
      );
      return [...answers, api.create(POMELO)];
    }, Promise.resolve<Promise<{ status: number; body: Record<string, unknown> }>[]>([]));
    const pending = await waiting;
    await eventually(
      () => Promise.resolve(pomelo.called),
      (called) => called === MOST,
    );
    let answered = 0;
    for (const each of pending) void each.then(() => (answered += 1));

    for (let payments = 0; payments < 5; payments += 1) {
      expect(await api.create(goodRequest())).toMatchObject({
        status: 201,
        body: { status: 'requires_action' },
      });
    }
    expect(answered).toBe(0);
    expect(pomelo.called).toBe(MOST);

    pomelo.letGo();
    await eventually(
      () => {
        pomelo.letGo();
        return Promise.resolve(pomelo.called);
      },
      (called) => called === 2 * MOST,
    );
    pomelo.letGo();
    for (const { status } of await Promise.all(pending)) expect(status).toBe(201);
  });
});
