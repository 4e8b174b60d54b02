import { amountText } from '../../../src/providers/$id$/amounts';
import { $Pascal$Client } from '../../../src/providers/$id$/client';
import { forTests } from '../local-server';
import { WireServer } from '../wire-server';
import { PATIENT, soonWhereItHangs } from '../../support/patience';
import * as v from './vectors';

const wire = forTests(new WireServer());
let client: $Pascal$Client;
beforeEach(() => {
  client = new $Pascal$Client(v.settingsFor(wire.url, PATIENT));
});
afterEach(() => client.close());

const create = () =>
  client.createPayment({
    reference: v.ASKED.reference,
    description: 'Two tickets',
    amount: amountText(v.ASKED.amount, v.ASKED.currency),
    currency: v.ASKED.currency,
    //: hosted-page form
    webhookUrl: 'https://pay.example/w',
    //: all
    returnUrl: 'https://pay.example/r',
    expiresAt: '2026-01-31T10:00:00Z',
  });

const read = () => client.getPayment('p1', v.ASKED.reference);

test('create sends exactly what is documented and reads the answer', async () => {
  wire.on(v.route('create'), { status: 200, json: v.wirePayment() });
  const payment = await create();
  expect(wire.requests).toMatchObject([v.createRequest()]);
  expect(payment).toMatchObject(v.ASKED);
});

test('read reads the payment', async () => {
  wire.on(v.route('read'), { status: 200, json: v.wirePayment() });
  expect(await read()).toMatchObject(v.ASKED);
  expect(wire.requests).toHaveLength(1);
});

test.each([
  ['HTTP 500', { status: 500, text: 'down' }, 'unavailable'],
  ['a lost connection', 'reset', 'unavailable'],
  ['no answer in time', 'hang', 'unavailable'],
  ['no JSON', { status: 200, text: '<html>' }, 'unavailable'],
  ['JSON of another shape', { status: 200, json: [] }, 'outcome_unknown'],
  ['HTTP 429', { status: 429, text: '' }, 'rate_limited'],
  ['HTTP 401', { status: 401, json: {} }, 'unauthenticated'],
  ['HTTP 400', { status: 400, json: {} }, 'invalid_request'],
] as const)('%s is told by its kind', async (_name, answer, kind) => {
  client = new $Pascal$Client(v.settingsFor(wire.url, soonWhereItHangs(answer)));
  wire.on(v.route('read'), answer);
  await expect(read()).rejects.toMatchObject({ name: 'ProviderError', kind });
});
