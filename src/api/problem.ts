import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { PROBLEM_STATUS, type ProblemBody, type ProblemCode } from '../contract/problem';

export interface FieldError {
  /** Dotted path of the field, `customer.email`; empty for the whole body. */
  path: string;
  message: string;
}

const TITLES: Readonly<Partial<Record<ProblemCode, string>>> = {
  malformed_json: 'The body is not JSON',
  body_too_large: 'The body is too large',
  internal_error: 'Something went wrong on our side',
};

/** A refusal that the API answers as RFC 9457 problem. Its detail is for people and holds no secret. */
export class Problem extends Error {
  override name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly more: { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }

  get status(): number {
    return PROBLEM_STATUS[this.code];
  }
}

/** The one answer for what does not exist, is another caller's, or came with a wrong token. */
export function notFound(): Problem {
  return new Problem('not_found', 'there is nothing at this address');
}

/** Temporal or every worker is out of reach; the same key may be sent again. */
export function temporarilyUnavailable(detail: string, retryAfterSeconds = 5): Problem {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new Problem('temporarily_unavailable', detail, { headers });
}

/**
 * Reads a value by a schema.
 * @throws Problem invalid_request with every bad field
 */
export function valid<T extends z.ZodType>(schema: T, value: unknown, under = ''): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, under));
  throw invalidRequest(errors);
}

export function invalidRequest(errors: FieldError[]): Problem {
  const fields = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new Problem('invalid_request', fields.join('; '), { errors });
}

function fieldErrors(issue: z.core.$ZodIssue, under: string): FieldError[] {
  const at = [...(under ? [under] : []), ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...at, key].join('.'), message: 'unknown field' }));
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: at.join('.'), message: at.length === 0 ? 'the body must be a JSON object' : message }];
}

/** Sends a problem as `application/problem+json`. */
function sendProblem(response: Response, problem: Problem): void {
  const { code, status, detail, more } = problem;
  const title = TITLES[code] ?? code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
  const body: ProblemBody = {
    type: `urn:holdfast:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId: String(response.locals['requestId']),
    ...(more.errors && { errors: more.errors }),
  };
  response
    .status(status)
    .set(more.headers ?? {})
    .type('application/problem+json')
    .send(JSON.stringify(body));
}

export const answerNotFound: RequestHandler = () => {
  throw notFound();
};

/** Turns every error into a problem; what nobody expected is logged and tells nothing. */
export const answerProblems: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const problem = asProblem(error);
  if (problem.code === 'internal_error') request.log.error({ err: error }, 'unexpected error');
  sendProblem(response, problem);
};

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = error as { type?: unknown; status?: unknown };
  switch (type) {
    case 'entity.too.large':
      return new Problem('body_too_large', 'the body may have at most 64 KiB');
    case 'entity.parse.failed':
      return new Problem('malformed_json', 'the body cannot be read as JSON');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new Problem('unsupported_media_type', 'send JSON in UTF-8 as application/json');
  }
  // body-parser and the router mark what the client did wrong (aborted bodies, bad percent-encoding).
  if (status === 400) return new Problem('invalid_request', 'the request cannot be read');
  return new Problem(
    'internal_error',
    'the request could not be completed; its requestId finds the reason in the logs',
  );
}
