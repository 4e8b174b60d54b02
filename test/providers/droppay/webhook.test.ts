import { dropPayHint, parseDropPayWebhook } from '../../../src/providers/droppay/webhook';
import * as v from './vectors';

const parse = (body: unknown) => parseDropPayWebhook(typeof body === 'string' ? body : JSON.stringify(body));

test('V5, V6: the enveloped and the bare body say the same', () => {
  const expected = { authorizationId: 'CHTTEST0001', status: 'GRANTED' };
  expect(parse(v.V5_ENVELOPED)).toEqual(expected);
  expect(parse(v.V6_BARE)).toEqual(expected);
});

test('a whole authorization is read, its pay token is not', () => {
  const event = parse(v.V3_GRANTED);
  expect(event).toEqual({ authorizationId: 'CHTTEST0001', status: 'GRANTED' });
});

test.each([
  [undefined, null],
  [7, null],
  ['GRANTED\nby Ada', null],
  ['SOME_NEW_LABEL', 'SOME_NEW_LABEL'],
])('status %j reads as %j', (status, expected) => {
  expect(parse({ id: 'CHTTEST0001', status })).toEqual({ authorizationId: 'CHTTEST0001', status: expected });
});

test.each([
  '',
  '{',
  '[]',
  'null',
  '"CHTTEST0001"',
  '{}',
  '{"id":7}',
  '{"id":""}',
  '{"id":"a b"}',
  '{"edata":{}}',
])('what cannot be read is an error: %s', (text) => {
  expect(parse(text)).toEqual({ error: expect.any(String) });
});

describe('dropPayHint', () => {
  const at = '2026-01-31T09:00:00.000Z';
  const hint = (body: unknown) => {
    const webhook = parse(body);
    if ('error' in webhook) throw new Error(webhook.error);
    return dropPayHint(webhook, at);
  };

  test('proves nothing and has one id per authorization and status', () => {
    expect(hint(v.V5_ENVELOPED)).toEqual({
      id: 'droppay:CHTTEST0001:GRANTED',
      receivedAt: at,
      statement: 'DropPay announces GRANTED for authorization CHTTEST0001',
    });
    expect(hint(v.V6_BARE).id).toBe(hint(v.V5_ENVELOPED).id);
    expect(hint({ ...v.V6_BARE, status: 'EXPIRED' }).id).not.toBe(hint(v.V6_BARE).id);
    expect(hint({ ...v.V6_BARE, id: 'CHTTEST0002' }).id).not.toBe(hint(v.V6_BARE).id);
    expect(hint({ id: 'CHTTEST0001' }).id).not.toBe(hint(v.V6_BARE).id);
  });

  test('never quotes a pay token', () => {
    expect(JSON.stringify(hint(v.V3_GRANTED))).not.toContain(v.V3_TOKEN.val);
  });
});
