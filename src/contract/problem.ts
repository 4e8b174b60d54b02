/** Every error code of the API and its status. */
export const PROBLEM_STATUS = {
  invalid_request: 400,
  malformed_json: 400,
  idempotency_key_missing: 400,
  idempotency_key_invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_cancellable: 409,
  not_confirmable: 409,
  not_refundable: 409,
  nothing_to_resolve: 409,
  refund_too_large: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  unsupported_currency: 422,
  unsupported_amount: 422,
  unsupported_expiry: 422,
  unknown_provider: 422,
  unknown_connection: 422,
  provider_not_configured: 422,
  rate_limited: 429,
  internal_error: 500,
  temporarily_unavailable: 503,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** RFC 9457 `application/problem+json`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  requestId: string;
  /** Of `invalid_request`: every bad field, by its dotted path (empty for the whole body). */
  errors?: { path: string; message: string }[];
}
