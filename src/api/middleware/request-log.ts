import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Too much at once, or Temporal is out of reach: the caller was told when to try again, and metrics count it. */
const UNAVAILABLE = 503;

/** Path of a request without its query and with callback tokens replaced: tokens open a payment. */
function loggablePath(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path.replace(/^(\/(?:webhooks\/[^/]*|return)\/[^/]*\/).+$/i, '$1[token]');
}

/** One line per request: neither headers nor bodies nor tokens. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => String(response.getHeader('x-request-id')),
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: loggablePath(request.url),
      }),
      res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
    },
    customLogLevel: (_request, { statusCode }, error) => {
      if (error || (statusCode >= 500 && statusCode !== UNAVAILABLE)) return 'error';
      return statusCode >= 400 ? 'warn' : 'info';
    },
    customErrorMessage: (_request, { statusCode }) =>
      statusCode === UNAVAILABLE ? 'temporarily unavailable' : 'request errored',
    // The error is made up from the status: its stack says nothing, and under overload it fills the disk.
    customErrorObject: (_request, _response, { message }, line: { err?: Error }) =>
      message.startsWith('failed with status code') ? { ...line, err: undefined } : line,
    autoLogging: { ignore: (request) => ['/healthz', '/readyz', '/metrics'].includes(request.url ?? '') },
  });
}
