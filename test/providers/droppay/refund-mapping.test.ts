import { DropPayClient } from '../../../src/providers/droppay/client';
import { refundingOf } from '../../../src/providers/droppay/refund-mapping';
import { refundSchema } from '../../../src/providers/droppay/schemas';
import * as v from './vectors';
import { forTests } from '../local-server';
import { WireServer } from '../wire-server';
import { PATIENT } from '../../support/patience';

const ASKED = { chargeId: 'CHATEST0001', amount: 450 };

describe('refundingOf', () => {
  const refunding = (change: object) =>
    refundingOf(refundSchema.parse({ ...v.REFUND_ANSWER, ...change }), ASKED);

  test.each([{}, { status: 'ACCOUNTED' }, { charge_id: undefined, amount: undefined }, { amount: '4.50' }])(
    '%j: given back',
    (change) => {
      expect(refunding(change)).toEqual({ outcome: 'succeeded', providerRefundReference: 'CHRTEST0001' });
    },
  );

  test('FAILED: not given back', () => {
    expect(refunding({ status: 'FAILED' })).toMatchObject({ outcome: 'declined', providerCode: 'FAILED' });
  });

  test.each([
    { status: 'PENDING' },
    { status: 'done' },
    { charge_id: 'CHAOTHER' },
    { charge_id: 'CHAOTHER', status: 'FAILED' },
    { amount: 12.3 },
  ])('%j: unknown', (change) => {
    expect(refunding(change)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('what is sent', () => {
  const wire = forTests(new WireServer());
  let client: DropPayClient;

  beforeAll(() => {
    client = new DropPayClient(v.settingsFor(wire.url, PATIENT));
  });
  afterAll(() => client.close());

  test('a refund goes to the configured path, with the amount written exactly', async () => {
    wire.on('POST /somewhere/else', { status: 200, json: v.REFUND_ANSWER });
    await expect(
      client.refund('aa11', '/somewhere/else', { ...ASKED, reason: 'one ticket back' }),
    ).resolves.toEqual({ id: 'CHRTEST0001', status: 'DONE', chargeId: 'CHATEST0001', amount: 450 });
    const [request] = wire.requests;
    expect(request).toMatchObject({ authorization: 'Bearer aa11', contentType: 'application/json' });
    expect(request?.text).toContain('"amount":4.50,');
    expect(JSON.parse(request?.text ?? '')).toEqual(v.REFUND_REQUEST);
  });

  test('without a reason none is sent', async () => {
    wire.on(v.REFUND, { status: 200, json: v.REFUND_ANSWER });
    await client.refund('aa11', '/shop/v1/pos/refund', { ...ASKED, reason: null });
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({ charge_id: 'CHATEST0001', amount: 4.5 });
  });
});
