import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { DropPayTokenMemo } from '../../src/contract/workflow';
import { createPaymentWorker } from '../../src/payment-worker';
import { dataConverter } from '../../src/temporal/data-converter';
import { FakeDropPay } from '../workflows/fake-droppay';
import { StoryRig } from '../workflows/story-rig';
import { ACCESS_TOKEN_OUTCOMES, TokenStage } from './access-token-outcomes';
import { DROPPAY_POS_OUTCOMES } from './droppay-pos-outcomes';
import { Stage } from './droppay-pos-stage';
import { CONTINUED_KEEPER, EXPECTED_HISTORIES, KEEPER, POS } from './expected-histories';
import { keepOnly, RECORDING_KEYS, writeHistory } from './recorded-histories';
import { startShortHistoriesServer } from './short-histories-server';

beforeAll(() => keepOnly(EXPECTED_HISTORIES));

describe('in skipped time', () => {
  const dropPay = new FakeDropPay();
  let login: TokenStage;
  let rig: StoryRig;

  beforeAll(async () => {
    rig = await StoryRig.start({ ...dropPay, dropPayLogIn: () => login.logIn() }, RECORDING_KEYS);
  });
  afterAll(() => rig.stop());

  test.each(Object.entries(DROPPAY_POS_OUTCOMES))(`${POS}%s`, async (name, outcome) => {
    const id = await outcome.play(new Stage(rig, dropPay));
    expect(await rig.payment(id)).toMatchObject(outcome.shows);
    writeHistory(POS + name, await rig.handle(id).fetchHistory());
  });

  test.each(Object.entries(ACCESS_TOKEN_OUTCOMES))(`${KEEPER}%s`, async (name, outcome) => {
    login = new TokenStage(rig.workflows, rig.env.sleep, () => rig.env.currentTimeMs());
    await outcome.play(login);
    const keeper = rig.workflows.getHandle(login.workflowId);
    const held = (await keeper.describe()).memo as Partial<DropPayTokenMemo> | undefined;
    if (outcome.holds) expect(held?.accessToken?.value).toMatch(outcome.holds);
    else expect(held?.accessToken).toBeUndefined();
    writeHistory(KEEPER + name, await keeper.fetchHistory());
    await keeper.terminate();
  });
});

test(CONTINUED_KEEPER.join(', '), async () => {
  const server = await startShortHistoriesServer();
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const { workflow } = new Client({ connection, dataConverter: dataConverter(RECORDING_KEYS) });
  const login = new TokenStage(
    workflow,
    () => Promise.reject(new Error('time is not skipped here')),
    () => Promise.resolve(Date.now()),
  );
  const worker = await createPaymentWorker({
    connection: native,
    namespace: 'default',
    keyRing: RECORDING_KEYS,
    activities: { dropPayLogIn: () => login.logIn() },
  });
  await worker.runUntil(async () => {
    let token = await login.ask();
    const runId = async () => (await workflow.getHandle(login.workflowId).describe()).runId;
    const first = await runId();
    for (let asked = 0; asked < 40 && (await runId()) === first; asked += 1) token = await login.ask(token);
    const second = await runId();
    expect(second).not.toBe(first);
    await login.ask(token);
    const [before, after] = CONTINUED_KEEPER;
    writeHistory(before, await workflow.getHandle(login.workflowId, first).fetchHistory());
    writeHistory(after, await workflow.getHandle(login.workflowId, second).fetchHistory());
  });
  await connection.close();
  await native.close();
  await server.stop();
});
