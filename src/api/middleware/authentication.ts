import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { Problem } from '../problem';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Bearer API keys. Every key is compared, by its hash and in constant time, whichever matches. */
export function authentication(apiKeys: readonly { name: string; key: string }[]): RequestHandler {
  const known = apiKeys.map(({ name, key }) => ({ name, hash: sha256(key) }));
  return (request, response, next) => {
    const given = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const hash = sha256(given ?? '');
    let caller: string | undefined;
    for (const key of known) {
      if (timingSafeEqual(key.hash, hash)) caller = key.name;
    }
    if (given === undefined || caller === undefined) {
      throw new Problem('unauthenticated', 'send an API key: Authorization: Bearer <key>', {
        headers: { 'WWW-Authenticate': 'Bearer realm="holdfast"' },
      });
    }
    response.locals['caller'] = caller;
    next();
  };
}

/** Name of the API key that asked. Only behind `authentication`. */
export function callerOf(response: Response): string {
  return String(response.locals['caller']);
}
