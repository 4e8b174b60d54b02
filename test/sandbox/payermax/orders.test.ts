import { http } from '../sandbox-client';
import { GATEWAY, startGateway, type Gateway } from './gateway-client';

let gateway: Gateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

describe('applyDropinSession', () => {
  const buyer = () => ({ currency: 'USD', country: 'US', userId: gateway.userId });
  const code = async (fields: Record<string, unknown>) =>
    (await gateway.call('applyDropinSession', { ...buyer(), ...fields })).body.code;

  it('answers keys of at most 64 characters and what is not contracted', async () => {
    const componentList = ['CARD', 'GOOGLEPAY'];
    const { body } = await gateway.call('applyDropinSession', {
      ...buyer(),
      totalAmount: 19.99,
      componentList,
    });
    expect(body).toEqual({
      code: 'APPLY_SUCCESS',
      msg: 'Success.',
      data: {
        clientKey: expect.stringMatching(/^\w{16,64}$/),
        sessionKey: expect.stringMatching(/^\w{16,64}$/),
        notSupportedComponent: ['GOOGLEPAY'],
      },
    });
  });

  it.each([
    ['APPLY_SUCCESS', {}],
    ['APPLY_SUCCESS', { totalAmount: '19.99' }],
    ['APPLY_SUCCESS', { totalAmount: 0, mitType: 'SCHEDULED' }],
    ['AMOUNT_INVALID', { totalAmount: 0 }],
    ['AMOUNT_INVALID', { totalAmount: -1 }],
    ['AMOUNT_INVALID', { totalAmount: 1e21 }],
    ['AMOUNT_INVALID', { totalAmount: 19.999 }],
    ['AMOUNT_INVALID', { totalAmount: 10.5, currency: 'JPY' }],
    ['AMOUNT_INVALID', { totalAmount: 10.5, currency: 'IDR' }],
    ['AMOUNT_INVALID', { totalAmount: 1.234, currency: 'KWD' }],
    ['APPLY_SUCCESS', { totalAmount: 1.23, currency: 'KWD' }],
    ['CURRENCY_INVALID', { currency: 'usd' }],
    ['CURRENCY_INVALID', { currency: 'QQQ' }],
    ['COUNTRY_INVALID', { country: 'us' }],
    ['PARAMS_INVALID', { userId: undefined }],
    ['PARAMS_INVALID', { userId: 'x'.repeat(65) }],
    ['PARAMS_INVALID', { componentList: ['CASH'] }],
    ['PARAMS_INVALID', { colour: 'red' }],
  ])('answers %s to %j', async (expected, fields) => {
    expect(await code(fields)).toBe(expected);
  });
});

describe('orderAndPay', () => {
  it('pays at once and takes the money once', async () => {
    const { body } = await gateway.pay('paid_1');
    expect(body).toEqual({
      code: 'APPLY_SUCCESS',
      msg: 'Success.',
      data: { outTradeNo: 'paid_1', tradeToken: expect.stringMatching(/^T\d{25}$/), status: 'SUCCESS' },
    });
    const { tradeToken } = body.data;
    expect(await gateway.ledger('paid_1')).toMatchObject({
      payments: [{ id: tradeToken, reference: 'paid_1', status: 'SUCCESS', amountMinor: 1999 }],
      charges: [
        {
          id: expect.any(String),
          reference: 'paid_1',
          amountMinor: 1999,
          currency: 'USD',
          at: expect.any(String),
        },
      ],
      refunds: [],
    });
    const answer = await gateway.call('orderQuery', { outTradeNo: 'paid_1' });
    expect(answer.text).toContain('"totalAmount":19.99,');
    expect(answer.body.data).toMatchObject({
      outTradeNo: 'paid_1',
      tradeToken,
      currency: 'USD',
      country: 'US',
      status: 'SUCCESS',
      completeTime: expect.any(String),
      paymentDetails: [{ paymentMethodType: 'CARD', cardInfo: { cardIdentifierNo: '444433******1111' } }],
    });
  });

  it.each([
    ['KWD', 'KW', 1.23, 1230, '1.23'],
    ['IDR', 'ID', 15000, 1500000, '15000'],
    ['JPY', 'JP', 500, 500, '500'],
    ['EUR', 'DE', 7.4, 740, '7.40'],
  ])('counts %s in ISO minor units', async (currency, country, totalAmount, amountMinor, wire) => {
    await gateway.pay('money', { currency, country, totalAmount });
    expect((await gateway.ledger('money')).charges).toMatchObject([{ amountMinor, currency }]);
    const answer = await gateway.call('orderQuery', { outTradeNo: 'money' });
    expect(answer.text).toContain(`"totalAmount":${wire},`);
  });

  it('is steered by the subject', async () => {
    const failed = await gateway.pay('f', { subject: 'FAILED' });
    expect(failed.body).toMatchObject({ code: 'APPLY_SUCCESS', data: { status: 'FAILED' } });
    expect((await gateway.query('f')).data).toMatchObject({
      status: 'FAILED',
      resultCode: 'PAYMENT_FAILED',
      paymentDetails: [],
    });
    const pending = (await gateway.pay('p', { subject: 'PENDING' })).body.data;
    expect(pending).toEqual({ outTradeNo: 'p', tradeToken: expect.any(String), status: 'PENDING' });
    const threeDs = (await gateway.pay('t', { subject: '3DS' })).body.data;
    expect(threeDs).toMatchObject({
      status: 'PENDING',
      redirectUrl: `${gateway.url}/payermax/3ds/${threeDs.tradeToken}`,
    });
    expect((await gateway.pay('s', { subject: 'failed' })).body.data.status).toBe('SUCCESS');
    for (const reference of ['f', 'p', 't']) {
      expect((await gateway.ledger(reference)).charges).toEqual([]);
    }
  });

  it('is steered by settings: another outcome, a failure code as answer, PENDING first', async () => {
    await gateway.settings({
      outcome: 'FAILED',
      failureAnswer: 'code',
      failureCode: 'ISSUER_PAYMENT_REJECTED',
    });
    const declined = await gateway.pay('declined');
    expect(declined.body).toEqual({ code: 'ISSUER_PAYMENT_REJECTED', msg: expect.any(String) });
    expect((await gateway.query('declined')).data.status).toBe('FAILED');
    await gateway.settings({ outcome: 'by_subject', settleDelayMs: 60_000 });
    expect((await gateway.pay('later')).body.data.status).toBe('PENDING');
    await gateway.advance(59_000);
    expect((await gateway.ledger('later')).charges).toEqual([]);
    await gateway.advance(1_000);
    expect((await gateway.query('later')).data.status).toBe('SUCCESS');
    expect((await gateway.ledger('later')).charges).toHaveLength(1);
  });

  it.each([
    ['PARAMS_INVALID', { outTradeNo: 'with-dash' }],
    ['PARAMS_INVALID', { outTradeNo: 'x'.repeat(65) }],
    ['PARAMS_INVALID', { integrate: 'Hosted_Checkout' }],
    ['PARAMS_INVALID', { subject: 'x'.repeat(257) }],
    ['PARAMS_INVALID', { expireTime: 1800 }],
    ['PARAMS_INVALID', { terminalType: 'web' }],
    ['PARAMS_INVALID', { notifyUrl: `https://shop.example/${'x'.repeat(256)}` }],
    ['PARAMS_INVALID', { frontCallbackUrl: 'javascript:alert(1)' }],
    ['PARAMS_INVALID', { paymentDetail: undefined }],
    ['PARAMS_INVALID', { surprise: 1 }],
    ['PARAMS_INVALID', { userId: 'somebody-else' }],
    ['COUNTRY_INVALID', { country: 'DE' }],
    ['CURRENCY_INVALID', { currency: 'EUR' }],
    ['AMOUNT_INVALID', { totalAmount: 20 }],
    ['AMOUNT_INVALID', { totalAmount: 19.994 }],
  ])('answers %s to %j, and the number and the token stay usable', async (expected, fields) => {
    const good = await gateway.order('good_1');
    const refused = await gateway.call('orderAndPay', { ...good, ...fields });
    expect([refused.status, refused.body.code]).toEqual([200, expected]);
    expect(refused.body.data).toBeUndefined();
    expect((await gateway.call('orderAndPay', good)).body.data.status).toBe('SUCCESS');
  });

  it.each([
    ['clientIp', 'localhost'],
    ['userAgent', ''],
  ])('wants the buyer: %s "%s" is refused', async (field, value) => {
    const good = await gateway.order('buyer_1');
    const buyerInfo = { ...good.paymentDetail.buyerInfo, [field]: value };
    const refused = await gateway.call('orderAndPay', {
      ...good,
      paymentDetail: { ...good.paymentDetail, buyerInfo },
    });
    expect(refused.body).toMatchObject({
      code: 'PARAMS_INVALID',
      msg: expect.stringContaining(`paymentDetail.buyerInfo.${field}`),
    });
  });

  it('compares nothing with a session without an amount', async () => {
    const { sessionKey } = await gateway.session({ totalAmount: undefined });
    const good = await gateway.order('open_amount', { totalAmount: 5 });
    const paymentDetail = {
      ...good.paymentDetail,
      sessionKey,
      paymentToken: await gateway.paymentToken(sessionKey),
    };
    const paid = await gateway.call('orderAndPay', { ...good, paymentDetail });
    expect(paid.body.data.status).toBe('SUCCESS');
  });

  it('spends a payment token once, keeps it ten minutes, and a session thirty', async () => {
    const first = await gateway.order('first');
    await gateway.call('orderAndPay', first);
    const again = await gateway.call('orderAndPay', { ...first, outTradeNo: 'second' });
    expect(again.body).toMatchObject({
      code: 'PARAMS_INVALID',
      msg: expect.stringContaining('already used'),
    });
    const late = await gateway.order('late');
    await gateway.advance(600_001);
    expect((await gateway.call('orderAndPay', late)).body.msg).toContain('paymentToken: expired');
    await gateway.advance(1_200_000);
    expect((await gateway.call('orderAndPay', late)).body.msg).toContain('sessionKey: expired');
    await gateway.settings({ sessionLifeMs: 10_000_000, paymentTokenLifeMs: 10_000_000 });
    expect((await gateway.call('orderAndPay', late)).body.data.status).toBe('SUCCESS');
    await gateway.settings({ paymentTokenSingleUse: false });
    const reused = await gateway.call('orderAndPay', { ...late, outTradeNo: 'third' });
    expect(reused.body.data.status).toBe('SUCCESS');
  });

  it('takes no token of another session, nor of another merchant', async () => {
    const [mine, other] = [await gateway.order('mine'), await gateway.order('other')];
    const paymentDetail = { ...mine.paymentDetail, paymentToken: other.paymentDetail.paymentToken };
    expect((await gateway.call('orderAndPay', { ...mine, paymentDetail })).body.code).toBe('PARAMS_INVALID');
    await gateway.control('POST', '/payermax/accounts', { appId: 'stranger', merchantNo: 'S1' });
    const theirs = await gateway.call('orderAndPay', mine, { appId: 'stranger', merchantNo: 'S1' });
    expect(theirs.body.msg).toContain('sessionKey: unknown');
  });

  it('stores a card only when the session asked and the buyer agreed', async () => {
    const pay = async (outTradeNo: string, tokenForFutureUse: boolean, agreementAccepted: boolean) => {
      const good = await gateway.order(outTradeNo);
      const { sessionKey } = await gateway.session({ tokenForFutureUse });
      const paymentToken = await gateway.paymentToken(sessionKey, { agreementAccepted });
      const detail = { ...good.paymentDetail, sessionKey, paymentToken, tokenForFutureUse: true };
      return (await gateway.call('orderAndPay', { ...good, paymentDetail: detail })).body.code;
    };
    expect(await pay('neither', false, false)).toBe('PARAMS_INVALID');
    expect(await pay('not_agreed', true, false)).toBe('PARAMS_INVALID');
    expect(await pay('not_asked', false, true)).toBe('PARAMS_INVALID');
    expect(await pay('both', true, true)).toBe('APPLY_SUCCESS');
  });
});

describe('a repeated outTradeNo', () => {
  it('never charges again, in whatever case it is written', async () => {
    const { tradeToken } = (await gateway.pay('Repeat_1')).body.data;
    const again = await gateway.pay('REPEAT_1', { totalAmount: 5 });
    expect(again.body).toMatchObject({
      code: 'ORDER_REPEAT',
      data: { outTradeNo: 'Repeat_1', tradeToken, status: 'SUCCESS' },
    });
    const { payments, charges } = await gateway.ledger('Repeat_1');
    expect([payments.length, charges.length]).toEqual([1, 1]);
    expect((await gateway.calls('call=orderAndPay')).counts.orderAndPay).toEqual({
      total: 2,
      accepted: 1,
      refused: 1,
      notApplied: 0,
    });
  });

  it('answers without data, or as the first time, when set so', async () => {
    const first = await gateway.pay('again', { subject: 'PENDING' });
    await gateway.act('again', 'approve');
    await gateway.settings({ repeatAnswer: 'order_repeat_without_data' });
    expect((await gateway.pay('again')).body).toEqual({ code: 'ORDER_REPEAT', msg: expect.any(String) });
    await gateway.settings({ repeatAnswer: 'first_answer' });
    expect((await gateway.pay('again')).body).toEqual(first.body);
    expect((await gateway.ledger('again')).charges).toHaveLength(1);
  });
});

describe('orderQuery', () => {
  it('knows no order of nobody, and none before its time when set so', async () => {
    expect((await gateway.query('nobody')).code).toBe('ORDER_NOT_EXIST');
    await gateway.settings({ queryDelayMs: 5_000 });
    await gateway.pay('slow');
    expect((await gateway.query('slow')).code).toBe('ORDER_NOT_EXIST');
    await gateway.advance(5_000);
    expect((await gateway.query('SLOW')).data.status).toBe('SUCCESS');
  });

  it('knows nothing of the orders of others', async () => {
    await gateway.pay('private');
    await gateway.control('POST', '/payermax/accounts', { appId: 'other', merchantNo: 'O1' });
    const envelope = { appId: 'other', merchantNo: 'O1' };
    expect((await gateway.call('orderQuery', { outTradeNo: 'private' }, envelope)).body.code).toBe(
      'ORDER_NOT_EXIST',
    );
  });
});

describe('expiry', () => {
  it.each([
    [undefined, 1_800],
    ['60', 1_800],
    ['3600', 3_600],
    ['999999', 86_400],
  ])('with expireTime %s closes after %d seconds', async (expireTime, seconds) => {
    await gateway.pay('expiring', { subject: 'PENDING', expireTime });
    await gateway.advance(seconds * 1000 - 5_000);
    expect((await gateway.query('expiring')).data.status).toBe('PENDING');
    await gateway.advance(5_000);
    expect((await gateway.query('expiring')).data).toMatchObject({
      status: 'CLOSED',
      resultCode: 'PAYMENT_FAILED',
    });
    expect((await gateway.ledger('expiring')).charges).toEqual([]);
  });

  it('leaves a paid order alone', async () => {
    await gateway.pay('paid');
    await gateway.advance(86_400_000);
    expect((await gateway.query('paid')).data.status).toBe('SUCCESS');
  });
});

describe('acts by control', () => {
  it.each([
    ['approve', 'SUCCESS', 1],
    ['decline', 'FAILED', 0],
    ['expire', 'CLOSED', 0],
  ])('%s ends a pending order as %s, once', async (act, status, charges) => {
    await gateway.pay('acted', { subject: 'PENDING' });
    expect((await gateway.act('acted', act)).body).toMatchObject({ reference: 'acted', status });
    expect((await gateway.act('acted', act)).status).toBe(409);
    expect((await gateway.query('acted')).data.status).toBe(status);
    expect((await gateway.ledger('acted')).charges).toHaveLength(charges);
  });

  it('pay-late turns CLOSED and FAILED into SUCCESS, and nothing else', async () => {
    await gateway.pay('closed', { subject: 'PENDING' });
    expect((await gateway.act('closed', 'pay-late')).status).toBe(409);
    await gateway.act('closed', 'expire');
    await gateway.pay('failed', { subject: 'FAILED' });
    for (const reference of ['closed', 'failed']) {
      expect((await gateway.act(reference, 'pay-late')).body.status).toBe('SUCCESS');
      expect((await gateway.query(reference)).data).toMatchObject({ status: 'SUCCESS' });
      expect((await gateway.query(reference)).data.resultCode).toBeUndefined();
      expect((await gateway.ledger(reference)).charges).toHaveLength(1);
      expect((await gateway.act(reference, 'pay-late')).status).toBe(409);
    }
  });

  it('says what it does not know', async () => {
    expect((await gateway.act('nobody', 'approve')).status).toBe(404);
    await gateway.pay('known');
    expect((await gateway.act('known', 'dance')).status).toBe(404);
    expect((await gateway.control('GET', '/payermax/payments/known')).body).toMatchObject({
      status: 'SUCCESS',
    });
  });
});

describe('orderClose', () => {
  it('is there only when switched on, and closes only what is pending', async () => {
    await gateway.pay('open', { subject: 'PENDING' });
    const close = (outTradeNo: string) => gateway.call('orderClose', { outTradeNo, reason: 'changed mind' });
    expect((await close('open')).status).toBe(404);
    await gateway.settings({ orderCloseEnabled: true });
    expect((await close('open')).body.data).toEqual({
      outTradeNo: 'open',
      closedTime: expect.any(String),
      status: 'CLOSED',
    });
    await gateway.pay('paid');
    expect((await close('paid')).body.data).toEqual({ outTradeNo: 'paid', status: 'SUCCESS' });
    expect((await close('nobody')).body.code).toBe('ORDER_NOT_EXIST');
  });
});

it('forgets everything at reset, and keeps the default account', async () => {
  await gateway.pay('forgotten');
  await gateway.control('POST', '/reset');
  expect(await gateway.ledger('forgotten')).toEqual({ payments: [], charges: [], refunds: [] });
  const { accounts } = (await gateway.control('GET', '/payermax/accounts')).body;
  expect(accounts).toMatchObject([{ appId: 'sandbox-app', merchantNo: 'SANDBOX0001', components: ['CARD'] }]);
  expect((await http('POST', `${gateway.url}${GATEWAY}/orderQuery`, {})).body.code).toBe(
    'MERCHANT_APP_INVALID',
  );
});
