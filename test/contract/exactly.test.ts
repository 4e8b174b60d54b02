import { z } from 'zod';
import { exactly } from '../../src/contract/exactly';
import { paymentSchema } from '../../src/contract/http/payment';
import { refundSchema } from '../../src/contract/http/refund';
import type { NextAction, Payment } from '../../src/domain/payment';
import type { Refund, RefundFailure } from '../../src/domain/refund';

interface Shop {
  name: string;
  status: 'open' | 'closed';
  note?: string;
  owner: string | null;
}
const shop = {
  name: z.string(),
  status: z.enum(['open', 'closed']),
  note: z.string().optional(),
  owner: z.string().nullable(),
};

type With<T, Change> = {
  [Key in keyof (T & Change)]: Key extends keyof Change ? Change[Key] : (T & Change)[Key];
};

test('the same schema comes back', () => {
  const schema = z.strictObject(shop);
  expect(exactly<Shop>()(schema)).toBe(schema);
});

/** Never called: that each line with `@ts-expect-error` is an error, and no other, is what the compiler checks. */
export function doNotCompile(): void {
  // @ts-expect-error -- a field in the schema only
  exactly<Shop>()(z.strictObject({ ...shop, more: z.string() }));
  // @ts-expect-error -- an optional field in the schema only
  exactly<Shop>()(z.strictObject({ ...shop, more: z.string().optional() }));
  // @ts-expect-error -- a field in the type only
  exactly<With<Shop, { more: string }>>()(z.strictObject(shop));
  // @ts-expect-error -- an optional field in the type only
  exactly<With<Shop, { more?: string }>>()(z.strictObject(shop));
  // @ts-expect-error -- a literal that the schema lacks
  exactly<Shop>()(z.strictObject({ ...shop, status: z.enum(['open']) }));
  // @ts-expect-error -- a literal that the type lacks
  exactly<Shop>()(z.strictObject({ ...shop, status: z.enum(['open', 'closed', 'gone']) }));
  // @ts-expect-error -- any text instead of the literals
  exactly<Shop>()(z.strictObject({ ...shop, status: z.string() }));
  // @ts-expect-error -- nullable, not optional
  exactly<Shop>()(z.strictObject({ ...shop, note: z.string().nullable() }));
  // @ts-expect-error -- optional, not nullable
  exactly<Shop>()(z.strictObject({ ...shop, owner: z.string().optional() }));
  // @ts-expect-error -- anything
  exactly<Shop>()(z.any());

  // The same type, put together by the same means as those below.
  exactly<With<Payment, { id: string }>>()(paymentSchema);
  type LongerPayment = With<Payment, { extra: string }>;
  // @ts-expect-error -- a field of the payment that the schema lacks
  exactly<LongerPayment>()(paymentSchema);
  type BusierPayment = With<Payment, { nextAction: NextAction | { type: 'x' } | null }>;
  // @ts-expect-error -- a next action that the schema lacks
  exactly<BusierPayment>()(paymentSchema);
  type FailingRefund = With<Refund, { failure: With<RefundFailure, { code: string }> | null }>;
  // @ts-expect-error -- a refund that fails for any reason
  exactly<FailingRefund>()(refundSchema);
}
