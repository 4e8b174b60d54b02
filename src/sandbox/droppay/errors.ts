import type { CallAnswer } from '../call-serving';

interface ErrorKind {
  readonly status: number;
  /** Absent: the answer has no body and no Content-Type. */
  readonly code?: string;
}

/**
 * Every refusal, keyed by (HTTP status, code): a code alone is ambiguous. Source: docs/providers/droppay.md
 * §3.9.
 * The codes 29x are INVENTED here (§9): no source names any for these cases. Clients must not depend on them.
 */
export const ERRORS = {
  argumentsMissing: { status: 400, code: '100' },
  argumentsWrong: { status: 400, code: '101' },
  badDateTime: { status: 400, code: '102' },
  wrongPublicId: { status: 400, code: '103' },
  invalidPolicy: { status: 400, code: '202' },
  wrongCredentials: { status: 401, code: '100' },
  outOfScope: { status: 401, code: '101' },
  badAccessToken: { status: 401, code: '102' },
  noAccess: { status: 403, code: '101' },
  notFound: { status: 404 },
  methodNotAllowed: { status: 405 },
  authorizationExpired: { status: 409, code: '200' },

  unknownPayToken: { status: 403, code: '290' },
  stalePayToken: { status: 403, code: '291' },
  wrongState: { status: 409, code: '290' },
  noChargesLeft: { status: 409, code: '291' },
  outsideChargeWindow: { status: 409, code: '292' },
  amountOutOfScope: { status: 409, code: '293' },
  alreadyRefunded: { status: 409, code: '294' },
  wrongDevice: { status: 409, code: '295' },
  chargedByPolicy: { status: 409, code: '296' },
} as const satisfies Record<string, ErrorKind>;

/** A call that DropPay refuses; nothing happened. */
export class DropPayRefusal extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** Runs a call and turns a refusal into the wire's `{code, description}`. */
export function answerRefusals(run: () => CallAnswer): CallAnswer {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DropPayRefusal)) throw error;
    const { status, code } = error.kind;
    if (code === undefined) return { status };
    return { status, code, body: { code, description: error.message } };
  }
}
