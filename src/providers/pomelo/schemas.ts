import { z } from 'zod';

const cents = z.union([
  z.number().int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);

/** Nothing but a link is of use in it, so another shape is as good as none. */
const qrCode = z
  .looseObject({ url: z.string() })
  .transform(({ url }) => url)
  .nullish()
  .catch(null);

/** An id goes into a path, so it must not be able to leave it. */
const transactionIdSchema = z.string().regex(/^[\w-]{1,64}$/);

/**
 * The transaction object (docs/providers/pomelo.md §2): every field but `id` may be absent, and is null then.
 * Amounts in cents.
 */
export const transactionSchema = z
  .looseObject({
    id: transactionIdSchema,
    state: z.string().nullish(),
    amount: cents.nullish(),
    currency: z.string().nullish(),
    localId: z.string().nullish(),
    url: z.string().nullish(),
    qrCode,
    qrcode: qrCode,
    qr: qrCode,
  })
  .transform((wire) => ({
    id: wire.id,
    state: wire.state ?? null,
    amount: wire.amount ?? null,
    currency: wire.currency ?? null,
    localId: wire.localId ?? null,
    /** The payment page: its address, or else that of the QR code in any of its three spellings. */
    link: [wire.url, wire.qrCode, wire.qrcode, wire.qr].find(isLink) ?? null,
  }));

export type Transaction = z.output<typeof transactionSchema>;

/**
 * One page of the list (docs/providers/pomelo.md §3.3). One odd item must not hide the others, so they are
 * not read here.
 */
export const transactionPageSchema = z
  .looseObject({
    count: z
      .union([
        z.number().int().nonnegative(),
        z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ])
      .nullish(),
    items: z.array(z.unknown()),
  })
  .transform(({ count, items }) => ({ count: count ?? null, items }));

export type TransactionPage = z.output<typeof transactionPageSchema>;

/** What the search in a list needs of an item. */
export const listedTransactionSchema = z.looseObject({ id: transactionIdSchema, localId: z.string() });

/** What a callback says (docs/providers/pomelo.md §4.2). */
export const notificationSchema = z.looseObject({
  transactionId: transactionIdSchema,
  localId: z.string().nullish(),
  state: z.unknown().optional(),
  amount: cents,
  currency: z.string(),
  signature: z.string().nullish(),
  originalSignature: z.string().nullish(),
});

/** The error envelope (docs/providers/pomelo.md §3.6): `code` may be missing. */
export const errorInfoSchema = z.looseObject({ code: z.string().regex(/^[\w-]{1,32}$/) });

function isLink(text: string | null | undefined): text is string {
  return typeof text === 'string' && /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text);
}
