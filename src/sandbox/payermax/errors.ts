import type { CallAnswer } from '../call-serving';
import type { Json } from '../exact-json';

/** The codes this stand-in refuses with by itself, all documented (docs/providers/payermax.md §4). */
export type RefusalCode =
  | 'SIGN_VERIFY_FAILED'
  | 'REQ_TIME_OVER_TIME'
  | 'MERCHANT_INVALID'
  | 'MERCHANT_APP_INVALID'
  | 'PARAMS_INVALID'
  | 'AMOUNT_INVALID'
  | 'CURRENCY_INVALID'
  | 'COUNTRY_INVALID'
  | 'ORDER_NOT_EXIST'
  | 'ORDER_REPEAT'
  | 'CARD_INVALID'
  | 'CARD_EXPIRE_DATE_INVALID'
  | 'CVV_INVALID'
  | 'REFUND_FAILED'
  | 'REFUND_NO_INVALID'
  | 'REFUND_INSUFFICIENT_BALANCE';

/** A call that PayerMax refuses. Which code answers which mistake is assumed wherever §4 does not say it. */
export class PayerMaxRefusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly data?: Json,
  ) {
    super(message);
  }
}

/** `{code: "APPLY_SUCCESS"}`: the call was accepted, whatever became of the order. */
export function accepted(data: Json): CallAnswer {
  return { status: 200, code: 'APPLY_SUCCESS', body: { code: 'APPLY_SUCCESS', msg: 'Success.', data } };
}

/** Business errors come with HTTP 200 (§12 no. 7). */
export function refused(code: string, msg: string, data?: Json): CallAnswer {
  return { status: 200, code, refused: true, body: { code, msg, data } };
}

/** Runs a call and turns a refusal into the wire's `{code, msg}`. */
export function answerRefusals(run: () => CallAnswer): CallAnswer {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PayerMaxRefusal)) throw error;
    return refused(error.code, error.message, error.data);
  }
}
