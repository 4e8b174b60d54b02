import type { CallAnswer } from '../call-serving';

/**
 * A call that ETpay refuses; nothing happened. Every HTTP status and text is INVENTED: no source names any
 * (docs/providers/etpay.md §3.1, §9). Clients must not depend on them.
 */
export class EtpayRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 404,
    message: string,
  ) {
    super(message);
  }
}

/** Runs a call and turns a refusal into the wire's `{message}`. */
export function answerRefusals(run: () => CallAnswer): CallAnswer {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof EtpayRefusal)) throw error;
    return { status: error.status, body: { message: error.message } };
  }
}

/** What a payer, or time, cannot do to a session as it is now. */
export class WrongState extends Error {}
