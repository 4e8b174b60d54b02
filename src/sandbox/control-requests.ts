import type { ErrorRequestHandler, Request } from 'express';
import type { z } from 'zod';

/** A control request that cannot be served; the message names the field and the fix. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly { readonly field: string; readonly problem: string }[] = [],
  ) {
    super(message);
  }
}

/** The request's JSON body (absent = `{}`), checked; throws ControlError 400 that lists every bad field. */
export function controlBody<T extends z.ZodType>(request: Request, schema: T): z.infer<T> {
  return checked(request.body ?? {}, schema, 'The body');
}

/** The query parameters, checked; throws ControlError 400 that lists every bad one. */
export function controlQuery<T extends z.ZodType>(request: Request, schema: T): z.infer<T> {
  return checked(request.query, schema, 'The query');
}

/** Answers `{error: {message, problems}}`. */
export const answerControlError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof ControlError) {
    response.status(error.status).json({ error: { message: error.message, problems: error.problems } });
    return;
  }
  const status = statusOf(error);
  if (status === undefined) return next(error);
  const message = status === 400 ? 'The body is not valid JSON.' : `The request cannot be read (${status}).`;
  response.status(status).json({ error: { message, problems: [] } });
};

function checked<T extends z.ZodType>(value: unknown, schema: T, what: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    field: issue.path.map(String).join('.'),
    problem: issue.message,
  }));
  const list = problems.map(({ field, problem }) => (field === '' ? problem : `${field}: ${problem}`));
  throw new ControlError(400, `${what} is not right. ${list.join('; ')}`, problems);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500
    ? error.status
    : undefined;
}
