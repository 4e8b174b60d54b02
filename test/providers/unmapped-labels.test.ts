import fc from 'fast-check';
import type { RefundCall } from '../../src/domain/provider-answer';
import { acquirerFindingOf } from '../../src/providers/droppay/acquirer-mapping';
import * as dropPay from '../../src/providers/droppay/mapping';
import { refundingOf } from '../../src/providers/droppay/refund-mapping';
import * as dropPayWire from '../../src/providers/droppay/schemas';
import * as etPay from '../../src/providers/etpay/mapping';
import { etPayPaymentSchema } from '../../src/providers/etpay/schemas';
import { meaningOf } from '../../src/providers/payermax/codes';
import * as payerMax from '../../src/providers/payermax/mapping';
import * as pomelo from '../../src/providers/pomelo/mapping';
import { transactionSchema } from '../../src/providers/pomelo/schemas';
import * as d from './droppay/vectors';
import * as e from './etpay/vectors';
import * as p from './pomelo/vectors';

/** What nobody documents: any text, names of every object's properties, and what a new version might say. */
const anyLabel = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', 'null', '0'),
  fc
    .tuple(
      fc.constantFrom('PART', 'SEMI', 'RE', 'PRE', 'X'),
      fc.constantFrom('PAID', 'FAILED', 'SUCCESS', 'CLOSED', 'GRANTED', 'CANCELLED', 'REFUND_FAILED'),
    )
    .map(([before, label]) => `${before}_${label}`),
);

/** Checks it for every label but those that the company documents (docs/providers/<company>.md §2, §4). */
function forUnmapped(documented: string, check: (label: string) => void): void {
  const known = documented.split(' ');
  const unmapped = anyLabel.filter((label) => !known.includes(label));
  fc.assert(fc.property(unmapped, check), { numRuns: 500 });
}

const UNCLEAR = { state: 'unclear', detail: expect.any(String) as string };

describe('DropPay', () => {
  const STATUSES = 'WAITING GRANTED EXPIRED REVOKED REFUSED CANCELLED';

  test('a status of an authorization', () => {
    forUnmapped(STATUSES, (status) => {
      const wire = { ...d.V3_GRANTED, status };
      const reading = { id: 'CHTTEST0001', posId: 'POSTEST1' };
      for (const afterCharge of [true, false]) {
        const authorization = dropPayWire.authorizationSchema.parse(wire);
        expect(dropPay.findingOf(authorization, { ...reading, afterCharge })).toEqual(UNCLEAR);
      }
    });
  });

  test('a status of an authorization of the Acquirer device', () => {
    forUnmapped(STATUSES, (status) => {
      const authorization = dropPayWire.authorizationSchema.parse({ ...d.V13_WAITING, status });
      for (const grantSent of [true, false]) {
        const reading = { id: 'CHTTEST0001', acquirerPosId: 'POSACQ1', grantSent, createdGranted: false };
        expect(acquirerFindingOf(authorization, reading)).toEqual(UNCLEAR);
      }
    });
  });

  test('a status of a charge, after which the authorization is read', () => {
    forUnmapped('DONE', (status) => {
      const charge = dropPayWire.chargeSchema.parse({ ...d.V4_ANSWER, status });
      expect(dropPay.moneyOfCharge(charge, 'CHTTEST0001')).toBeNull();
    });
  });

  test('a status of a refund', () => {
    forUnmapped('DONE FAILED ACCOUNTED', (status) => {
      const refund = dropPayWire.refundSchema.parse({ ...d.REFUND_ANSWER, status });
      expect(refundingOf(refund, { chargeId: 'CHATEST0001', amount: 450 })).toMatchObject({
        outcome: 'unknown',
      });
    });
  });
});

describe('PayerMax', () => {
  const CODES =
    'APPLY_SUCCESS REQ_TIME_OVER_TIME TOO_MANY_REQUEST SIGN_VERIFY_FAILED ILLEGAL_IP_REQUEST AUTHENTICATE_FAILED ' +
    'MERCHANT_INVALID MERCHANT_APP_INVALID CONTRACT_INVALID ONBOARD_ERROR PARAMS_INVALID AMOUNT_INVALID AMOUNT_LIMIT ' +
    'AMOUNT_LIMIT_MINIMUM AMOUNT_LIMIT_MAXIMUM CURRENCY_INVALID COUNTRY_INVALID PAYMENT_METHOD_NOT_EXIST ' +
    'PAYMENT_METHOD_SUSPEND SYSTEM_ERROR UNEXPECTED_ERROR REQUEST_TIMEOUT PAYMENT_PROCESSING ORDER_NOT_EXIST ' +
    'REFUND_FAILED REFUND_NO_INVALID REFUND_INSUFFICIENT_BALANCE';

  test('a status of an order', () => {
    const order = {
      outTradeNo: 'pay1',
      tradeToken: 'T1',
      totalAmount: 19.99,
      currency: 'USD',
      resultCode: null,
    };
    forUnmapped('PENDING SUCCESS FAILED CLOSED', (status) => {
      expect(payerMax.findingOfOrder({ ...order, status }, 'pay1')).toEqual(UNCLEAR);
      expect(payerMax.endOf(status, 'PAYMENT_FAILED')).toBeNull();
    });
  });

  test('a status of a refund', () => {
    const refund = { outRefundNo: 're1', outTradeNo: 'pay1', amount: 5, currency: 'USD' };
    const call = { refundReference: 're1', providerReference: 'pay1' } as RefundCall;
    forUnmapped('REFUND_PENDING REFUND_SUCCESS REFUND_FAILED', (status) => {
      expect(payerMax.findingOfRefund({ ...refund, status }, call)).toEqual(UNCLEAR);
    });
  });

  test('a code, however well signed', () => {
    forUnmapped(CODES, (code) => {
      for (const effect of ['once', 'repeatable'] as const) {
        for (const proof of ['signed', 'unsigned'] as const) {
          expect(meaningOf(code, effect, proof)[0]).toBe('outcome_unknown');
        }
      }
    });
  });
});

describe('Pomelo', () => {
  const STATES =
    'INITIATED QR_CODE_GENERATED CONFIRMED CANCELLED REFUND_REQUESTED REFUNDED FAILED EXPIRED VOIDED REMITTED';

  test('a state of a transaction', () => {
    const expiresAt = p.V2_CREATE.expires;
    const assumed = { clockMarginMs: 60_000, voidedWasPaid: true };
    forUnmapped(STATES, (state) => {
      const transaction = transactionSchema.parse({ ...p.CREATED, state });
      for (const now of [0, Date.parse(expiresAt) + 1]) {
        expect(pomelo.findingOf(transaction, { id: p.ID, expiresAt, now, assumed })).toEqual(UNCLEAR);
      }
    });
  });
});

describe('ETpay', () => {
  const asked = { merchantOrderId: e.ORDER_ID, amount: 15990, currency: 'CLP' };
  const payment = (payment_status: unknown) => etPayPaymentSchema.parse({ ...e.CLAIMS, payment_status });

  test('a status in the list of payments', () => {
    forUnmapped('success', (status) => {
      expect(['open', 'unclear']).toContain(etPay.findingOf([payment(status)], asked).state);
    });
  });

  test('a signed status that does not clearly say that it failed', () => {
    // No word for a failure begins so.
    forUnmapped('', (status) => {
      expect(etPay.provenFinding(payment(`x${status}`))).toEqual(UNCLEAR);
    });
  });

  test('a signed status that is no text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(typeof value !== 'string');
        expect(etPay.provenFinding(payment(value))).toEqual(UNCLEAR);
      }),
    );
  });
});
