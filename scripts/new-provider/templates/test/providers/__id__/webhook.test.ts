//: hosted-page form
import { read$Pascal$Webhook } from '../../../src/providers/$id$/webhook';
//: reserve-and-capture
import { find$Pascal$Payment, read$Pascal$Webhook } from '../../../src/providers/$id$/webhook';
//: all
import * as v from './vectors';

const RECEIVED_AT = '2026-01-31T10:00:00Z';

/** The callback as it came in, perhaps with another body. */
function incoming(body?: Buffer) {
  const published = v.callback();
  const url = 'https://pay.example/webhooks/$id$/pay_1001/token';
  const came = { method: 'POST', url, path: new URL(url).pathname, query: {}, paymentId: 'pay_1001' };
  return { ...came, receivedAt: RECEIVED_AT, headers: published.headers, body: body ?? published.body };
}

const read = (body?: Buffer, reference = v.ASKED.reference, key: { clientSecret: string } = v.callback()) =>
  read$Pascal$Webhook(incoming(body), key, reference);

test('a genuine callback is read', () => {
  expect(read()).toMatchObject({ id: expect.stringContaining('$id$'), receivedAt: RECEIVED_AT });
  expect(read()).not.toHaveProperty('error');
});

test('with any bit flipped it is refused', () => {
  const { body } = v.callback();
  for (let i = 0; i < body.length; i += 1) {
    const flipped = Buffer.from(body);
    flipped[i] = (flipped[i] ?? 0) ^ 1;
    expect([i, read(flipped)]).toEqual([i, expect.objectContaining({ error: expect.any(String) })]);
  }
});

test('with another key, and on the address of another payment, it is refused', () => {
  const { body, clientSecret } = v.callback();
  expect(read(body, v.ASKED.reference, { clientSecret: 'another' })).toMatchObject({
    error: 'bad_signature',
  });
  expect(read(body, 'payother', { clientSecret })).toMatchObject({ error: 'bad_signature' });
});
//: reserve-and-capture

test('at the one address of all payments it finds its payment, by the key of any account', () => {
  const { clientSecret } = v.callback();
  const keys = { first: { clientSecret: 'another' }, second: { clientSecret } };
  expect(find$Pascal$Payment(incoming(), keys)).toEqual({ paymentId: 'pay_1001' });
  expect(find$Pascal$Payment(incoming(), { first: keys.first })).toMatchObject({ error: 'bad_signature' });
});

test("what is genuine and about somebody else's sale is not ours", () => {
  const { body, headers, clientSecret } = v.notOurs();
  expect(find$Pascal$Payment({ ...incoming(), body, headers }, { only: { clientSecret } })).toEqual({
    notOurs: true,
  });
});
//: all
