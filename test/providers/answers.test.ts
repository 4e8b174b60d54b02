import { openingWithout, reasonOf, refused, succeededWith } from '../../src/providers/answers';
import { ProviderError, type ProviderErrorKind } from '../../src/providers/provider-error';

const MONEY = { amount: 1230, currency: 'EUR', reference: '1001' };

function errorOf(kind: ProviderErrorKind): ProviderError {
  return new ProviderError({ kind, provider: 'Acme', call: 'create', message: 'no', providerCode: '400/1' });
}

test("a charge's id goes into the answer to the charge", () => {
  expect(succeededWith({ ...MONEY, chargeReference: 'CHATEST0001' })).toEqual({
    outcome: 'succeeded',
    ...MONEY,
    chargeReference: 'CHATEST0001',
  });
  expect(succeededWith(MONEY)).toEqual({ outcome: 'succeeded', ...MONEY });
});

test.each(['declined', 'invalid_request'] as const)('a payment whose create is %s is refused', (kind) => {
  expect(openingWithout(errorOf(kind))).toEqual({
    outcome: 'refused',
    end: 'failed',
    code: 'provider_refused_request',
    message: 'Acme, create: no',
    providerCode: '400/1',
  });
});

test('a refusal without a code of theirs has none', () => {
  expect(refused('too much')).not.toHaveProperty('providerCode');
});

test('nobody knows what became of a create without a readable answer', () => {
  const detail = 'Acme, create: no';
  expect(openingWithout(errorOf('outcome_unknown'))).toEqual({ outcome: 'unknown', detail });
});

test.each([
  ...(['not_sent', 'rate_limited', 'unavailable', 'unauthenticated'] as const).map(errorOf),
  new RangeError('a defect'),
])('%s is thrown on', (error) => {
  expect(() => openingWithout(error)).toThrow(error);
});

test.each([
  [errorOf('declined'), 'Acme, create: no'],
  [new TypeError('the token is abc'), 'TypeError'],
  [new DOMException('the token is abc', 'TimeoutError'), 'TimeoutError'],
  ['the token is abc', 'unknown reason'],
  [undefined, 'unknown reason'],
])('of %s no more is told than is safe', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
