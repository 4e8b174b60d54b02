import { ApplicationFailure } from '@temporalio/common';
import { retryable, toFailure } from '../../src/providers/failure';
import { ProviderError, type ProviderErrorKind } from '../../src/providers/provider-error';

const RETRIED: Record<ProviderErrorKind, boolean> = {
  not_sent: true,
  rate_limited: true,
  unavailable: true,
  declined: false,
  invalid_request: false,
  unauthenticated: false,
  outcome_unknown: false,
};

function errorOf(kind: ProviderErrorKind, retryAfterMs?: number): ProviderError {
  const seen = { httpStatus: 429, providerCode: '429/1', retryAfterMs };
  return new ProviderError({ kind, provider: 'Acme', call: 'pay', message: 'something', ...seen });
}

test.each(Object.entries(RETRIED) as [ProviderErrorKind, boolean][])('%s: retried %p', (kind, retried) => {
  const failure = toFailure(errorOf(kind));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    type: kind,
    nonRetryable: !retried,
    message: 'Acme, pay: something',
    details: [{ provider: 'Acme', call: 'pay', httpStatus: 429, providerCode: '429/1' }],
  });
});

test('only "not now" carries the delay the provider asked for', () => {
  expect(toFailure(errorOf('rate_limited', 7_000))).toMatchObject({ nextRetryDelay: 7_000 });
  expect(toFailure(errorOf('rate_limited'))).toMatchObject({ nextRetryDelay: undefined });
  expect(toFailure(errorOf('unavailable', 7_000))).toMatchObject({ nextRetryDelay: undefined });
});

test('a defect of ours passes unchanged', async () => {
  const defect = new TypeError('x is undefined');
  await expect(retryable(() => Promise.reject(defect))).rejects.toBe(defect);
});

test('retryable passes results and turns provider errors into failures', async () => {
  await expect(retryable(() => Promise.resolve(7))).resolves.toBe(7);
  const failed = retryable(() => Promise.reject(errorOf('declined')));
  await expect(failed).rejects.toMatchObject({ type: 'declined', nonRetryable: true });
});
