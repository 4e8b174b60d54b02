import { createPaymentSchema } from '../../contract/http';
import { paymentSchema } from '../../contract/http/payment';
import { PROVIDERS } from '../../domain/payment';
import { endpoint } from '../endpoint';
import { createUpdateIdOf } from '../idempotency';
import { readPaymentRequest } from '../payment-request';
import { Problem } from '../problem';

export const createPayment = endpoint({
  operationId: 'createPayment',
  tag: 'Payments',
  summary: 'Start a payment',
  method: 'post',
  path: '/v1/payments',
  body: createPaymentSchema,
  bodyRequired: true,
  noBodyIsEmptyObject: false,
  answer: paymentSchema,
  answerText: "The payment with the payer's next step; the first answer again for a repeated key",
  status: 201,
  idempotent: true,
  refusals: [
    'idempotency_key_reused',
    'unsupported_currency',
    'unsupported_amount',
    'unsupported_expiry',
    'unknown_provider',
    'unknown_connection',
    'provider_not_configured',
  ],
  roomIn: 'create',
  async handle({ store, rules, tokens, metrics }, { body, caller, idempotencyKey }) {
    const asked = readPaymentRequest(body, caller, idempotencyKey, rules, tokens);
    const answer = await store.create(asked, createUpdateIdOf(idempotencyKey));
    if (answer.fingerprint !== asked.fingerprint) {
      const detail = 'this Idempotency-Key was used with another body: use a new key for another payment';
      throw new Problem('idempotency_key_reused', detail);
    }
    const { payment } = answer;
    const replayed = answer.requestId !== asked.requestId;
    metrics.create(asked.provider, replayed ? 'replayed' : 'created');
    return {
      body: payment,
      headers: {
        Location: `/v1/payments/${payment.id}`,
        ...(replayed && { 'Idempotent-Replayed': 'true' }),
      },
    };
  },
  onRefused({ metrics }, body, error) {
    const asked = (body as { provider?: unknown } | null | undefined)?.provider;
    const provider = PROVIDERS.find((id) => id === asked);
    metrics.create(provider ?? 'none', error instanceof Problem ? error.code : 'internal_error');
  },
});
