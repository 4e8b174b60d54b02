import type { Request, RequestHandler, Router } from 'express';
import { Problem } from './problem';

type Handlers = Partial<Record<'get' | 'post', RequestHandler[]>>;

/** Adds one path with its methods; every other method of it is 405 and says which are allowed. */
export function addRoute(router: Router, path: string, handlers: Handlers): void {
  const allowed = Object.keys(handlers).flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
  const name: RequestHandler = (_request, response, next) => {
    response.locals['route'] = path;
    next();
  };
  const route = router.route(path).all(name);
  if (handlers.get) route.get(...handlers.get);
  if (handlers.post) route.post(...handlers.post);
  route.all((request) => {
    throw new Problem(
      'method_not_allowed',
      `${request.method} is not allowed here, only ${allowed.join(', ')}`,
      {
        headers: { Allow: allowed.join(', ') },
      },
    );
  });
}

/** A `:name` of the route's path. */
export function pathParameter(request: Request, name: string): string {
  return String(request.params[name]);
}
