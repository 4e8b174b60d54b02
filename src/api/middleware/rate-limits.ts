import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '../problem';
import { callerOf } from './authentication';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Generous for a provider that repeats a callback a few times. Temporal takes 10,000 signals of one workflow: at this rate
 * they last longer than any payment stays open.
 */
const CALLBACKS_AN_HOUR = 30;
/** Generous: a shop's customers may share one address. */
const CHECKOUT_REQUESTS_A_MINUTE = 600;

/** Requests a second of one API key; 0 = no limit. */
export function limitPerKey(requestsPerSecond: number): RequestHandler {
  if (requestsPerSecond === 0) return (_request, _response, next) => next();
  return limit(SECOND, requestsPerSecond, (_request, response) => callerOf(response));
}

/** Callbacks of one payment. Only behind a verified token or signature: strangers must not fill the table. */
export function limitPerPayment(): RequestHandler {
  return limit(HOUR, CALLBACKS_AN_HOUR, (_request, response) => String(response.locals['paymentId']));
}

/** Checkout requests of one address. */
export function limitPerAddress(): RequestHandler {
  return limit(MINUTE, CHECKOUT_REQUESTS_A_MINUTE, (request) => ipKeyGenerator(request.ip ?? ''));
}

function limit(
  windowMs: number,
  most: number,
  key: (request: Request, response: Response) => string,
): RequestHandler {
  return rateLimit({
    windowMs,
    limit: most,
    keyGenerator: key,
    standardHeaders: false,
    legacyHeaders: false,
    handler: () => {
      throw new Problem('rate_limited', `at most ${most} requests every ${windowMs / SECOND} s`, {
        headers: { 'Retry-After': String(windowMs / SECOND) },
      });
    },
  });
}
