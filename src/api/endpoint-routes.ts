import { type Request, type RequestHandler, type Response, Router } from 'express';
import { emptySchema } from '../contract/http';
import type { Endpoint, Services } from './endpoint';
import { readIdempotencyKey } from './idempotency-key';
import { callerOf } from './middleware/authentication';
import { jsonBody } from './middleware/request-body';
import { valid } from './problem';
import { addRoute } from './routes';
import { untilGone } from './wait-for-change';

/** Routes of endpoints, behind authentication. */
export function endpointRoutes(
  endpoints: readonly Endpoint[],
  services: Services,
  stopping: AbortSignal,
): Router {
  const router = Router();
  for (const path of new Set(endpoints.map((one) => one.path))) {
    const at = (method: Endpoint['method']) =>
      endpoints.find((one) => one.path === path && one.method === method);
    const [get, post] = [at('get'), at('post')];
    addRoute(router, path.replaceAll(/\{(\w+)\}/g, ':$1'), {
      ...(get && { get: handlersOf(get, services, stopping) }),
      ...(post && { post: handlersOf(post, services, stopping) }),
    });
  }
  return router;
}

function handlersOf(endpoint: Endpoint, services: Services, stopping: AbortSignal): RequestHandler[] {
  const { method, roomIn } = endpoint;
  const answer: RequestHandler = async (request, response) => {
    try {
      const call = callOf(endpoint, request, response, stopping);
      const { body, headers = {} } = await endpoint.handle(services, call);
      response
        .status(endpoint.status ?? 200)
        .set(headers)
        .json(body);
    } catch (error) {
      endpoint.onRefused?.(services, request.body, error);
      throw error;
    }
  };
  const room: RequestHandler = (_request, _response, next) => {
    if (roomIn) services.limits[roomIn].assertRoom();
    next();
  };
  return method === 'post' ? [room, jsonBody, answer] : [room, answer];
}

/** @throws Problem 400: first about the key, then about the body or the query */
function callOf(
  { method, idempotent, query, body = emptySchema, noBodyIsEmptyObject = true }: Endpoint,
  request: Request,
  response: Response,
  stopping: AbortSignal,
): Parameters<Endpoint['handle']>[1] {
  const sent: unknown = noBodyIsEmptyObject ? (request.body ?? {}) : request.body;
  return {
    caller: callerOf(response),
    parameters: request.params,
    idempotencyKey: idempotent ? readIdempotencyKey(request.get('idempotency-key')) : undefined,
    query: query && valid(query, request.query),
    body: method === 'post' ? valid(body, sent) : undefined,
    gone: () => untilGone(response, stopping),
  };
}
