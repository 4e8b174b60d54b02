import express, { type RequestHandler } from 'express';
import { Problem } from '../problem';

/** Largest body we read. */
const BODY_LIMIT_BYTES = 64 * 1024;

const parse = express.json({ limit: BODY_LIMIT_BYTES, strict: false });

/** Reads a JSON body. A request without a body has none: `request.body` stays undefined. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const hasBody =
    request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
  if (hasBody && !request.is('application/json')) {
    throw new Problem('unsupported_media_type', 'send JSON with Content-Type: application/json');
  }
  parse(request, response, next);
};

/** Reads any body as bytes: each provider has its own format. */
export const rawBody: RequestHandler = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES });
