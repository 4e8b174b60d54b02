import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceAtProvider } from '../../src/domain/payment';
import { SANDBOX_CREDENTIALS, SANDBOX_MEXICO_CREDENTIALS } from '../../src/sandbox/etpay/accounts';
import { goodRequest } from './api-rig';
import { ORDERS, SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

let directory: string;
let rig: SandboxRig;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-connections-'));
  const file = join(directory, 'connections.json');
  rig = await SandboxRig.start((sandboxUrl) => {
    const { merchantCode } = SANDBOX_MEXICO_CREDENTIALS;
    const [apiUrl, pmtUrl] = [`${sandboxUrl}/etpay/api`, `${sandboxUrl}/etpay/pmt`];
    const mexico = { apiUrl, pmtUrl, merchantCode, merchantApiToken: 'env:MEXICO_TOKEN' };
    writeFileSync(file, JSON.stringify({ etpay: { mexico } }));
    return { HOLDFAST_CONNECTIONS: file, MEXICO_TOKEN: SANDBOX_MEXICO_CREDENTIALS.merchantApiToken };
  });
});
afterAll(async () => {
  await rig?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('two accounts of one provider each take a payment, with credentials of their own', async () => {
  const chile = await rig.created('etpay');
  const mexico = await rig.created('etpay', { connection: 'mexico', currency: 'MXN', amount: 1_100 });
  for (const payment of [chile, mexico]) {
    expect(await rig.paid(payment)).toMatchObject({ status: 'succeeded', amountReceived: payment.amount });
  }
  expect([chile.connection, mexico.connection]).toEqual(['default', 'mexico']);
  const calls = await Promise.all(
    [chile, mexico].map(({ id }) =>
      rig.control<{ calls: unknown[] }>('GET', `/etpay/calls?reference=${referenceAtProvider(id)}`),
    ),
  );
  const used = calls.map((each) => JSON.stringify(each));
  expect(used[0]).toContain(SANDBOX_CREDENTIALS.merchantCode);
  expect(used[0]).not.toContain(SANDBOX_MEXICO_CREDENTIALS.merchantCode);
  expect(used[1]).toContain(SANDBOX_MEXICO_CREDENTIALS.merchantCode);
  expect(used[1]).not.toContain(SANDBOX_CREDENTIALS.merchantCode);
});

test('an account that nobody configured is refused, and so is the currency of another account', async () => {
  const order = (change: object) => rig.api.create(goodRequest({ ...ORDERS.etpay, ...change }));
  expect(await order({ connection: 'peru' })).toMatchObject({
    status: 422,
    body: { code: 'unknown_connection' },
  });
  expect(await order({ connection: 'mexico' })).toMatchObject({
    status: 422,
    body: { code: 'unsupported_currency' },
  });
});
