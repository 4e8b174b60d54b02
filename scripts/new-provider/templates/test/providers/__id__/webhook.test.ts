import { read$Pascal$Webhook } from '../../../src/providers/$id$/webhook';
import * as v from './vectors';

const about = { receivedAt: '2026-01-31T10:00:00Z', expectedReference: v.ASKED.reference };

test('a genuine callback is read', () => {
  const event = read$Pascal$Webhook({ ...v.callback(), ...about });
  expect(event).toMatchObject({ id: expect.stringContaining('$id$'), receivedAt: about.receivedAt });
  expect(event).not.toHaveProperty('error');
});

test('with any bit flipped it is refused', () => {
  const { body, ...rest } = v.callback();
  for (let i = 0; i < body.length; i += 1) {
    const flipped = Buffer.from(body);
    flipped[i] = (flipped[i] ?? 0) ^ 1;
    expect([i, read$Pascal$Webhook({ ...rest, ...about, body: flipped })]).toEqual([
      i,
      expect.objectContaining({ error: expect.any(String) }),
    ]);
  }
});

test('with another key, and on the address of another payment, it is refused', () => {
  const callback = { ...v.callback(), ...about };
  expect(read$Pascal$Webhook({ ...callback, apiKey: 'another-key' })).toMatchObject({
    error: 'bad_signature',
  });
  expect(read$Pascal$Webhook({ ...callback, expectedReference: 'payother' })).toMatchObject({
    error: 'bad_signature',
  });
});
