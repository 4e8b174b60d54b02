import { types } from 'node:util';

/** What a log may hold of an error. */
export interface LoggableError {
  type: string;
  message?: string;
  stack?: string;
  cause?: LoggableError;
}

const DEEPEST_CAUSE = 4;

/**
 * Enough of an error to find what went wrong: kind, message and where. A SyntaxError quotes what could not be parsed, which
 * may be anybody's data: its message is left out.
 */
export function loggableError(error: unknown, depth = 0): LoggableError | undefined {
  if (error === undefined || error === null) return undefined;
  // Errors of workflows come out of a realm of their own.
  if (!types.isNativeError(error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const inner = depth < DEEPEST_CAUSE ? loggableError(cause, depth + 1) : undefined;
  return {
    type: name,
    ...(name !== 'SyntaxError' && { message }),
    ...(frames && { stack: frames.join('\n') }),
    ...(inner && { cause: inner }),
  };
}
