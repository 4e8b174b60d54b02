import { z } from 'zod';
import {
  FAILURE_CODES,
  type NextAction,
  type Payment,
  PROVIDERS,
  REVIEW_REASONS,
} from '../../domain/payment';
import { PAYMENT_STATUSES } from '../../domain/status';
import { ACTORS, FACT_TYPES, type TimelineEntry } from '../../domain/timeline';
import { exactly } from '../exactly';
import { type List, time } from './fields';

const nextActionSchema = exactly<NextAction>()(
  z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('redirect'), url: z.string(), qr: z.string().optional() }),
      z.strictObject({
        type: z.literal('dropin'),
        sessionKey: z.string(),
        clientKey: z.string(),
        environment: z.string(),
      }),
      z.strictObject({ type: z.literal('confirm') }),
      z.strictObject({
        type: z.literal('notified'),
        channel: z.string().meta({ description: 'How the payer was asked', example: 'push' }),
      }),
      z.strictObject({ type: z.literal('wait'), nextCheckAt: time }),
    ])
    .meta({ id: 'NextAction' }),
);

/** A payment as the API answers it. */
export const paymentSchema = exactly<Payment>()(
  z
    .strictObject({
      id: z.string(),
      object: z.literal('payment'),
      provider: z.enum(PROVIDERS),
      connection: z.string(),
      status: z.enum(PAYMENT_STATUSES),
      amount: z.int(),
      amountReceived: z.int(),
      amountRefunded: z.int(),
      currency: z.string(),
      reference: z.string(),
      description: z.string(),
      metadata: z.record(z.string(), z.string()),
      providerReference: z.string().nullable(),
      nextAction: nextActionSchema.nullable(),
      checkoutUrl: z.url(),
      failure: z
        .strictObject({
          code: z.enum(FAILURE_CODES),
          message: z.string(),
          providerCode: z.string().optional(),
        })
        .nullable(),
      review: z.strictObject({ reason: z.enum(REVIEW_REASONS), since: time, detail: z.string() }).nullable(),
      expiresAt: time,
      createdAt: time,
      updatedAt: time,
      workflowId: z.string(),
    })
    .meta({ id: 'Payment' }),
);

export const paymentListSchema = exactly<List<Payment>>()(
  z
    .strictObject({ data: z.array(paymentSchema), nextCursor: z.string().nullable() })
    .meta({ id: 'PaymentList' }),
);

/** Every fact of a payment. */
export const timelineSchema = exactly<List<TimelineEntry>>()(
  z
    .strictObject({
      data: z.array(
        z.strictObject({
          at: time,
          from: z.enum(ACTORS),
          type: z.enum(FACT_TYPES),
          detail: z.string(),
        }),
      ),
      nextCursor: z.string().nullable(),
    })
    .meta({ id: 'Timeline' }),
);
