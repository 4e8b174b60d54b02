import { z } from 'zod';
import { type Refund, REFUND_FAILURE_CODES, REFUND_STATUSES } from '../../domain/refund';
import { exactly } from '../exactly';
import { type List, time } from './fields';

/** A refund as the API answers it. */
export const refundSchema = exactly<Refund>()(
  z
    .strictObject({
      id: z.string(),
      object: z.literal('refund'),
      paymentId: z.string(),
      amount: z.int(),
      currency: z.string(),
      status: z.enum(REFUND_STATUSES),
      reason: z.string().nullable(),
      failure: z
        .strictObject({
          code: z.enum(REFUND_FAILURE_CODES),
          message: z.string(),
          providerCode: z.string().optional(),
        })
        .nullable(),
      createdAt: time,
      updatedAt: time,
    })
    .meta({ id: 'Refund' }),
);

export const refundListSchema = exactly<List<Refund>>()(
  z
    .strictObject({ data: z.array(refundSchema), nextCursor: z.string().nullable() })
    .meta({ id: 'RefundList' }),
);
