import { Script } from 'node:vm';
import { http } from '../sandbox-client';
import { startGateway, type Gateway } from './gateway-client';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const VISA = {
  cardNumber: '4444 3333 2222 1111',
  cvv: '123',
  cardExpirationMonth: '12',
  cardExpirationYear: String(new Date().getUTCFullYear() + 1),
};
const cardTokens = () => `${gateway.url}/payermax/dropin/card-tokens`;
async function tokenize(card: Record<string, unknown>, keys?: Record<string, unknown>) {
  const { sessionKey, clientKey } = await gateway.session();
  return (await http('POST', cardTokens(), { sessionKey, clientKey, ...card, ...keys })).body;
}

it.each([
  ['Visa', VISA, 'VISA', '444433******1111'],
  ['Mastercard', { ...VISA, cardNumber: '5555555555554444', cvv: '357' }, 'MASTERCARD', '555555******4444'],
])('gives a token for the %s test card, which pays', async (_name, card, cardOrg, maskCardNumber) => {
  const good = await gateway.order(`by_${cardOrg}`);
  const { sessionKey, clientKey } = await gateway.session();
  const { body } = await http('POST', cardTokens(), {
    sessionKey,
    clientKey,
    ...card,
    cardHolderFullName: 'Ada',
  });
  expect(body).toMatchObject({
    code: 'APPLY_SUCCESS',
    data: {
      paymentToken: expect.stringMatching(/^\w{16,64}$/),
      cardBinNo: maskCardNumber.slice(0, 6),
      maskCardNumber,
      cardHolderFullName: 'Ada',
      cardOrg,
      cardExpirationMonth: '12',
      agreementAccepted: false,
    },
  });
  const { paymentToken } = body.data;
  const paymentDetail = { ...good.paymentDetail, sessionKey, paymentToken };
  const paid = await gateway.call('orderAndPay', { ...good, paymentDetail });
  expect(paid.body.data.status).toBe('SUCCESS');
});

it.each([
  ['CARD_INVALID', { cardNumber: '4444333322221112' }],
  ['CARD_INVALID', { cardNumber: '4444' }],
  ['CARD_EXPIRE_DATE_INVALID', { cardExpirationMonth: '13' }],
  ['CARD_EXPIRE_DATE_INVALID', { cardExpirationYear: '2020' }],
  ['CVV_INVALID', { cvv: '12' }],
  ['PARAMS_INVALID', { cvv: undefined }],
  ['PARAMS_INVALID', { clientKey: 'of-another-session' }],
  ['PARAMS_INVALID', { sessionKey: 'unknown' }],
])('answers %s to %j', async (code, fields) => {
  expect(await tokenize(VISA, fields)).toEqual({ code, msg: expect.any(String) });
});

it('takes a card in its last month, and no session that is over', async () => {
  const now = new Date((await gateway.control('GET', '/clock')).body.now);
  const month = {
    cardExpirationMonth: String(now.getUTCMonth() + 1).padStart(2, '0'),
    cardExpirationYear: String(now.getUTCFullYear()).slice(2),
  };
  expect((await tokenize({ ...VISA, ...month })).code).toBe('APPLY_SUCCESS');
  const { sessionKey, clientKey } = await gateway.session();
  await gateway.advance(1_800_001);
  const late = await http('POST', cardTokens(), { sessionKey, clientKey, ...VISA });
  expect(late.body.code).toBe('PARAMS_INVALID');
});

it('never logs a card', async () => {
  await tokenize(VISA);
  const shown = JSON.stringify(await gateway.calls('call=cardToken'));
  expect(shown).toContain('[redacted]');
  expect(shown).not.toMatch(/4444 3333|"cvv":"123"|[sc]k_[0-9a-f]/);
});

it('gives control a token without a browser, and says why it cannot', async () => {
  const { sessionKey } = await gateway.session();
  const path = `/payermax/sessions/${sessionKey}/payment-token`;
  expect((await gateway.control('POST', path)).body.maskCardNumber).toBe('444433******1111');
  const refused = await gateway.control('POST', path, { cvv: '1' });
  expect([refused.status, refused.body.error.message]).toEqual([409, expect.stringContaining('CVV_INVALID')]);
  expect((await gateway.control('POST', '/payermax/sessions/none/payment-token')).status).toBe(404);
});

it('serves the script and the form to any page', async () => {
  const script = await http('GET', `${gateway.url}/payermax/dropin/js/pmdropin.min.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(script.text).toContain(`var BASE_URL = "${gateway.url}/payermax";`);
  const form = await http('GET', `${gateway.url}/payermax/dropin/card-form`);
  expect(form.headers.get('content-security-policy')).toContain("script-src 'self'");
  const labels = [...form.text.matchAll(/<label for="(\w+)">/g)].map((match) => match[1]);
  expect(labels).toEqual(['cardNumber', 'expiry', 'cvv', 'cardHolderFullName']);
  for (const label of labels) expect(form.text).toContain(`<input id="${label}" name="${label}"`);
  const formScript = await http('GET', `${gateway.url}/payermax/dropin/js/card-form.js`);
  for (const { text } of [script, formScript]) expect(() => new Script(text)).not.toThrow();
});
