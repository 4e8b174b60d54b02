import { Client, Connection, type WorkflowClient, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { AccessTokenMemo } from '../../src/contract/access-token';
import type { PaymentRequest, ProviderId } from '../../src/domain/payment';
import { createPaymentWorkers } from '../../src/worker/payment-workers';
import { dataConverter } from '../../src/temporal/data-converter';
import { registerSearchAttributes } from '../../src/temporal/search-attributes';
import { FakeDropPay } from '../workflows/fake-droppay';
import { requestAt, StoryRig } from '../workflows/story-rig';
import { ACCESS_TOKEN_OUTCOMES, TokenStage } from './access-token-outcomes';
import { AccountStage } from './account-stage';
import { DROPPAY_POS_OUTCOMES } from './droppay-pos-outcomes';
import { Stage } from './droppay-pos-stage';
import { EVENT_OUTCOMES, EventStage, FakeBackend } from './event-outcomes';
import {
  ACCOUNT_OUTCOMES,
  CONTINUED_KEEPER,
  CONTINUED_REFUNDS,
  EVENTS,
  EXPECTED_HISTORIES,
  KEEPER,
  LATE,
  POS,
  REFUNDS,
} from './expected-histories';
import { FakeAccounts } from './fake-accounts';
import { LATE_PAYMENT_OUTCOMES, LateStage } from './late-payment-outcomes';
import { keepOnly, RECORDING_KEYS, writeHistory } from './recorded-histories';
import { REFUND_OUTCOMES, RefundStage } from './refund-outcomes';
import { startShortHistoriesServer } from './short-histories-server';

beforeAll(() => keepOnly(EXPECTED_HISTORIES));

describe('in skipped time', () => {
  const dropPay = new FakeDropPay();
  const accounts = new FakeAccounts();
  const backend = new FakeBackend();
  let login: TokenStage;
  let rig: StoryRig;

  // One server each: what one family left running does not go on while another is recorded.
  async function startRig(): Promise<void> {
    const activities = { ...dropPay, ...accounts.activities(), sendEvent: backend.sendEvent };
    const deliverEvent = () => Promise.resolve();
    const logIn = () => login.logIn();
    const posting = { deliverEvent, queueEvent: deliverEvent, isPaymentOpen: backend.isPaymentOpen };
    rig = await StoryRig.start({ ...activities, ...posting, logIn }, RECORDING_KEYS);
  }

  const record = async (name: string, handle: WorkflowHandle) =>
    writeHistory(name, await handle.fetchHistory());

  describe('payments', () => {
    beforeAll(startRig);
    afterAll(() => rig.stop());

    test.each(Object.entries(DROPPAY_POS_OUTCOMES))(`${POS}%s`, async (name, outcome) => {
      const id = await outcome.play(new Stage(rig, dropPay, accounts));
      expect(await rig.payment(id)).toMatchObject(outcome.shows);
      await record(POS + name, rig.handle(id));
    });

    const stories = Object.keys(ACCOUNT_OUTCOMES) as Exclude<ProviderId, 'droppay-pos'>[];
    describe.each(stories)('%s', (provider) => {
      test.each(Object.entries(ACCOUNT_OUTCOMES[provider]))(`${provider}.%s`, async (name, outcome) => {
        const id = await outcome.play(new AccountStage(rig, accounts, provider));
        expect(await rig.payment(id)).toMatchObject(outcome.shows);
        await record(`${provider}.${name}`, rig.handle(id));
      });
    });

    test.each(Object.entries(LATE_PAYMENT_OUTCOMES))(`${LATE}%s`, async (name, outcome) => {
      const stage = new LateStage(rig, accounts, dropPay);
      const handle = stage.handle(await outcome.play(stage));
      expect((await handle.describe()).memo?.['payment']).toMatchObject(outcome.shows);
      await record(LATE + name, handle);
    });
  });

  describe('what follows payments', () => {
    beforeAll(startRig);
    afterAll(() => rig.stop());

    test.each(Object.entries(EVENT_OUTCOMES))(`${EVENTS}%s`, async (name, outcome) => {
      const stage = new EventStage(rig, backend);
      const id = await outcome.play(stage);
      expect(await stage.shown(id)).toEqual(outcome.shows);
      await record(EVENTS + name, stage.handle(id));
    });

    test.each(Object.entries(REFUND_OUTCOMES))(`${REFUNDS}%s`, async (name, outcome) => {
      const { workflows, env } = rig;
      const request = (change: Partial<PaymentRequest>) => rig.request(change);
      const stage = new RefundStage({ workflows, sleep: env.sleep, request }, accounts);
      const handle = stage.handle(await outcome.play(stage));
      expect((await handle.describe()).memo).toMatchObject(outcome.shows);
      await record(REFUNDS + name, handle);
    });
  });

  describe('access tokens', () => {
    beforeAll(startRig);
    afterAll(() => rig.stop());

    test.each(Object.entries(ACCESS_TOKEN_OUTCOMES))(`${KEEPER}%s`, async (name, outcome) => {
      login = new TokenStage(rig.workflows, rig.env.sleep, () => rig.env.currentTimeMs());
      await outcome.play(login);
      const keeper = rig.workflows.getHandle(login.workflowId);
      const held = (await keeper.describe()).memo as Partial<AccessTokenMemo> | undefined;
      if (outcome.holds) expect(held?.accessToken?.value).toMatch(outcome.holds);
      else expect(held?.accessToken).toBeUndefined();
      await record(KEEPER + name, keeper);
      await keeper.terminate();
    });
  });
});

describe('runs that grow long', () => {
  const noSkipping = () => Promise.reject(new Error('time is not skipped here'));
  const accounts = new FakeAccounts();
  let login: TokenStage;
  let workflow: WorkflowClient;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const server = await startShortHistoriesServer();
    const connection = await Connection.connect({ address: server.address });
    const native = await NativeConnection.connect({ address: server.address });
    await registerSearchAttributes(connection, 'default');
    workflow = new Client({ connection, dataConverter: dataConverter(RECORDING_KEYS) }).workflow;
    const workers = await createPaymentWorkers({
      connection: native,
      namespace: 'default',
      keyRing: RECORDING_KEYS,
      beginsWith: () => true,
      activities: {
        ...accounts.activities(),
        queueEvent: () => Promise.resolve(),
        logIn: () => login.logIn(),
      },
    });
    const running = workers.run();
    stop = async () => {
      workers.shutdown();
      await running;
      await connection.close();
      await native.close();
      await server.stop();
    };
  });
  afterAll(() => stop());

  /** Does that until another run has taken over, and once more. */
  async function untilContinued(
    workflowId: string,
    names: readonly [string, string],
    once: () => Promise<unknown>,
  ): Promise<void> {
    await once();
    const runId = async () => (await workflow.getHandle(workflowId).describe()).runId;
    const first = await runId();
    for (let times = 0; times < 40 && (await runId()) === first; times += 1) await once();
    const second = await runId();
    expect(second).not.toBe(first);
    await once();
    writeHistory(names[0], await workflow.getHandle(workflowId, first).fetchHistory());
    writeHistory(names[1], await workflow.getHandle(workflowId, second).fetchHistory());
  }

  test(CONTINUED_KEEPER.join(', '), async () => {
    login = new TokenStage(workflow, noSkipping, () => Promise.resolve(Date.now()));
    let token: Awaited<ReturnType<TokenStage['ask']>> | undefined;
    await untilContinued(login.workflowId, CONTINUED_KEEPER, async () => {
      token = await login.ask(token);
    });
  });

  test(CONTINUED_REFUNDS.join(', '), async () => {
    const request = (change: Partial<PaymentRequest>) => Promise.resolve(requestAt(Date.now(), change));
    const around = { workflows: workflow, sleep: noSkipping, request };
    const stage = new RefundStage(around, accounts);
    const { closed, id } = await stage.paid();
    const refunds = stage.handle(id);
    await untilContinued(refunds.workflowId, CONTINUED_REFUNDS, () => stage.refund(closed, 1));
    await refunds.terminate();
  });
});
