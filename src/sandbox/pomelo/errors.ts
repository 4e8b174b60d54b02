import type { CallAnswer } from '../call-serving';

interface ErrorKind {
  readonly status: number;
  /** Absent: the gateway in front answered, which knows no codes. */
  readonly code?: string;
}

/**
 * Every refusal (docs/providers/pomelo.md §3.6). Only PP-C-004 was ever observed, at the sibling; the other codes
 * are INVENTED here in the documented pattern. Clients must not depend on them.
 */
export const ERRORS = {
  unauthorized: { status: 401, code: 'PP-C-004' },
  forbidden: { status: 403 },

  invalidInput: { status: 400, code: 'PP-V-400' },
  invalidSignature: { status: 400, code: 'PP-S-400' },
  wrongState: { status: 400, code: 'PP-T-400' },
  wrongDeviceId: { status: 401, code: 'PP-D-401' },
  notFound: { status: 404, code: 'PP-T-404' },
} as const satisfies Record<string, ErrorKind>;

/** A call that Pomelo refuses; nothing happened. */
export class PomeloRefusal extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** Runs a call and turns a refusal into the wire's `{code, message}`. */
export function answerRefusals(run: () => CallAnswer, options: { readonly omitCodes: boolean }): CallAnswer {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PomeloRefusal)) throw error;
    const { kind, message } = error;
    const statusCode = kind === ERRORS.unauthorized ? { statusCode: kind.status } : {};
    const code = options.omitCodes ? undefined : kind.code;
    return {
      status: kind.status,
      ...(kind.code === undefined ? {} : { code: kind.code }),
      body: { ...statusCode, code, message },
    };
  }
}
