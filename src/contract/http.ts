import { z } from 'zod';
import { isCurrency } from '../domain/currency';
import { type Customer, PROVIDERS } from '../domain/payment';
import { PAYMENT_STATUSES } from '../domain/status';
import { exactly } from './exactly';
import { text, time, WHOLE_AMOUNT } from './http/fields';
import type { ResolveInput } from './workflow';

const MAX_METADATA_KEYS = 20;
const customerSchema = exactly<Customer>()(
  z
    .strictObject({
      id: text('customer.id', 64).optional(),
      name: text('customer.name', 140).optional(),
      email: z.email('customer.email must be an e-mail address').max(254).optional(),
      phone: z
        .string()
        .regex(/^\+[1-9]\d{6,14}$/, 'customer.phone must be like +393331234567')
        .optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'customer.country must be a two-letter code such as IT')
        .optional(),
    })
    .meta({ id: 'Customer' }),
);

/** Body of `POST /v1/payments`. What only one provider can judge (currency, bounds, options) is checked after it. */
export const createPaymentSchema = z
  .strictObject({
    provider: text('provider', 64).meta({ enum: [...PROVIDERS] }),
    amount: z
      .int({ error: (issue) => (issue.input === undefined ? 'amount is required' : WHOLE_AMOUNT) })
      .positive(WHOLE_AMOUNT)
      .meta({ description: "In the currency's ISO 4217 minor unit", example: 1250 }),
    currency: z
      .string({
        error: (issue) => (issue.input === undefined ? 'currency is required' : 'currency must be text'),
      })
      .refine(isCurrency, 'currency must be an ISO 4217 code in capitals, such as EUR')
      .meta({ example: 'EUR' }),
    reference: text('reference', 64).meta({ description: 'Yours; it may repeat', example: 'order-1042' }),
    description: text('description', 140).meta({ description: 'Shown to the payer', example: 'Two tickets' }),
    returnUrl: z
      .url({ protocol: /^https?$/, error: 'returnUrl must be an http(s) address' })
      .max(2048, 'returnUrl must have at most 2048 characters')
      .optional()
      .meta({ description: 'Where the payer goes in the end; https in production' }),
    expiresInSeconds: z
      .int('expiresInSeconds must be a whole number of seconds')
      .positive('expiresInSeconds must be positive')
      .optional(),
    customer: customerSchema.optional(),
    metadata: z
      .record(
        z
          .string()
          .min(1, 'metadata keys must not be empty')
          .max(40, 'metadata keys have at most 40 characters'),
        z.string('metadata values must be text').max(500, 'metadata values have at most 500 characters'),
      )
      .refine(
        (value) => Object.keys(value).length <= MAX_METADATA_KEYS,
        `metadata has at most ${MAX_METADATA_KEYS} keys`,
      )
      .default({}),
    connection: text('connection', 63)
      .default('default')
      .meta({ description: "Which of the provider's accounts" }),
    providerOptions: z.record(z.string(), z.unknown()).default({}),
  })
  .meta({ id: 'CreatePayment' });
export type CreatePayment = z.output<typeof createPaymentSchema>;

/** 1–255 visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Query of `GET /v1/payments/{id}`. */
export const readPaymentQuerySchema = z.strictObject({
  wait: z.coerce
    .number('wait must be a whole number of seconds from 0 to 20')
    .int('wait must be a whole number of seconds from 0 to 20')
    .min(0, 'wait must be a whole number of seconds from 0 to 20')
    .max(20, 'wait must be a whole number of seconds from 0 to 20')
    .default(0)
    .meta({
      description: 'Holds the answer until the payment changes; a payment that has ended is answered at once',
    }),
});

/** Query of `GET /v1/payments`. Both times are exclusive. */
export const listPaymentsQuerySchema = z.strictObject({
  status: z.enum(PAYMENT_STATUSES, `status must be one of ${PAYMENT_STATUSES.join(', ')}`).optional(),
  provider: z.enum(PROVIDERS, `provider must be one of ${PROVIDERS.join(', ')}`).optional(),
  reference: text('reference', 64).optional(),
  createdAfter: time.optional(),
  createdBefore: time.optional(),
  limit: z.coerce
    .number('limit must be a whole number from 1 to 100')
    .int('limit must be a whole number from 1 to 100')
    .min(1, 'limit must be a whole number from 1 to 100')
    .max(100, 'limit must be a whole number from 1 to 100')
    .default(20),
  cursor: z.string().max(200, 'cursor must be the nextCursor of an earlier page').optional(),
});
export type ListPaymentsQuery = z.output<typeof listPaymentsQuerySchema>;

/** What a payment may be confirmed with; which of it a provider needs is the provider's to say. */
export const confirmFields = {
  paymentToken: text('paymentToken', 4096),
  clientIp: z.union([z.ipv4(), z.ipv6()], 'clientIp must be an IP address'),
  userAgent: text('userAgent', 512),
};

/** Body of `…/confirm`, whatever the provider. */
export const confirmSchema = z.strictObject(confirmFields).partial().meta({
  id: 'Confirm',
  description:
    'All three, from the payer, where a card form gave the token; none where a terminal took the card',
});

export const resolveSchema = exactly<ResolveInput>()(
  z
    .strictObject({
      decision: z.enum(
        ['succeeded', 'failed', 'refund'],
        'decision must be one of succeeded, failed, refund',
      ),
      note: text('note', 500),
      by: text('by', 100).meta({ description: 'The person who decides' }),
    })
    .meta({ id: 'Resolve' }),
);

export const resolveRefundSchema = resolveSchema
  .extend({ decision: z.enum(['succeeded', 'failed'], 'decision must be one of succeeded, failed') })
  .meta({ id: 'ResolveRefund' });

/** Calls that take no settings accept no body or an empty object. */
export const emptySchema = z.strictObject({});

export const refundRequestSchema = z
  .strictObject({
    amount: z.int(WHOLE_AMOUNT).positive(WHOLE_AMOUNT).optional(),
    reason: text('reason', 140).optional(),
  })
  .meta({ id: 'CreateRefund' });
