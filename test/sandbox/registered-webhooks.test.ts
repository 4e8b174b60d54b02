import { SANDBOX_CREDENTIALS as ETPAY } from '../../src/sandbox/etpay/accounts';
import { SANDBOX_CREDENTIALS as PAYERMAX } from '../../src/sandbox/payermax/accounts';
import { SANDBOX_CREDENTIALS as POMELO } from '../../src/sandbox/pomelo/accounts';
import { startEtpaySandbox } from './etpay/etpay-client';
import { startCallbackReceiver, startGateway } from './payermax/gateway-client';
import { startPomelo } from './pomelo/pomelo-client';

let receiver: Awaited<ReturnType<typeof startCallbackReceiver>>;
let close: () => Promise<void>;
beforeEach(async () => {
  receiver = await startCallbackReceiver();
});
afterEach(async () => {
  await close();
  await receiver.close();
});

it('PayerMax tells an order that names no address to that of the portal', async () => {
  const gateway = await startGateway({ registeredWebhooks: { payermax: receiver.url } });
  close = () => gateway.close();
  const envelope = { appId: PAYERMAX.appId, merchantNo: PAYERMAX.merchantNo };
  const session = { totalAmount: 1, currency: 'USD', country: 'US', userId: 'u' };
  const order = async (outTradeNo: string, more: object = {}) => {
    const { sessionKey } = (await gateway.call('applyDropinSession', session, envelope)).body.data;
    const buyerInfo = { clientIp: '::1', userAgent: 'x' };
    const paymentDetail = { sessionKey, paymentToken: await gateway.paymentToken(sessionKey), buyerInfo };
    const form = { integrate: 'Direct_Payment', subject: 'x', terminalType: 'WEB', paymentDetail };
    await gateway.call('orderAndPay', { ...session, ...form, outTradeNo, ...more }, envelope);
  };
  const own = await startCallbackReceiver();
  await order('own', { notifyUrl: own.url });
  await own.arrived(1);
  await own.close();
  await order('portal');
  await receiver.arrived(1);
  expect(receiver.received.map(({ body }) => body.data.outTradeNo)).toEqual(['portal']);
});

it('ETpay tells a session that names no address to that of the onboarding, after a reset as well', async () => {
  const sandbox = await startEtpaySandbox({ registeredWebhooks: { etpay: receiver.url } });
  close = () => sandbox.close();
  const credentials = { merchant_code: ETPAY.merchantCode, merchant_api_token: ETPAY.merchantApiToken };
  for (const count of [1, 2]) {
    const { token } = await sandbox.session(credentials);
    await sandbox.act(token, 'approve');
    await receiver.arrived(count);
    await sandbox.control('POST', '/reset');
  }
});

it('Pomelo tells every change to that of the dashboard', async () => {
  const pomelo = await startPomelo({ registeredWebhooks: { pomelo: receiver.url } });
  close = () => pomelo.close();
  const wanted = { amount: 2000, currency: 'GBP' };
  const created = await pomelo.api('POST', '/v2/transactions', wanted, POMELO.apiKey);
  await pomelo.act(created.body.id, 'approve');
  await receiver.arrived(1);
  expect(receiver.received[0]?.text).toContain(created.body.id);
});

it('accounts that were added have registered nothing', async () => {
  const sandbox = await startEtpaySandbox({ registeredWebhooks: { etpay: receiver.url } });
  close = () => sandbox.close();
  const { token } = await sandbox.session();
  await sandbox.act(token, 'approve');
  expect((await sandbox.control('GET', '/etpay/webhooks/deliveries')).body).toEqual({ deliveries: [] });
});
