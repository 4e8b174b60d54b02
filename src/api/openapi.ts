import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problemSchema } from '../contract/http/problem';
import { PROBLEM_STATUS, type ProblemCode } from '../contract/problem';
import type { Endpoint } from './endpoint';
import { ENDPOINTS } from './endpoints';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const EVERYWHERE: readonly ProblemCode[] = [
  'invalid_request',
  'unauthenticated',
  'rate_limited',
  'temporarily_unavailable',
];
const WITH_BODY: readonly ProblemCode[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];
const IDEMPOTENT: readonly ProblemCode[] = ['idempotency_key_missing', 'idempotency_key_invalid'];
/** The OpenAPI 3.1 document, made of the same schemas that check requests. */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  for (const endpoint of ENDPOINTS) registry.registerPath(routeOf(endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: '1',
      description:
        "Payments that are charged exactly once. Amounts are integers in the currency's minor unit.",
    },
    servers: [{ url: publicUrl }],
  });
}

function routeOf(endpoint: Endpoint): RouteConfig {
  const { operationId, tag, method, path, summary, query, body, idempotent, answer, answerText } = endpoint;
  const params = paramsOf(path);
  const key = z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'The same key gives the same answer, and never moves money twice' });
  return {
    operationId,
    tags: [tag],
    summary,
    ...(endpoint.deprecated && { deprecated: true }),
    method,
    path,
    security: [{ apiKey: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(idempotent && { headers: z.object({ 'Idempotency-Key': key }) }),
      ...(body && { body: { required: endpoint.bodyRequired ?? false, content: json(body) } }),
    },
    responses: {
      [endpoint.status ?? 200]: { description: answerText, content: json(answer) },
      ...problemsOf(endpoint),
    },
  };
}

function paramsOf(path: string): z.ZodObject | undefined {
  if (!path.includes('{id}')) return undefined;
  const id = z.string().meta({ example: 'pay_…' });
  const refundId = z.string().meta({ example: 're_…' });
  return z.object({ id, ...(path.includes('{refundId}') && { refundId }) });
}

function problemsOf({ method, idempotent, refusals }: Endpoint): RouteConfig['responses'] {
  const codes = [
    ...EVERYWHERE,
    ...(method === 'post' ? WITH_BODY : []),
    ...(idempotent ? IDEMPOTENT : []),
    ...refusals,
  ];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes)
    byStatus.set(PROBLEM_STATUS[code], [...(byStatus.get(PROBLEM_STATUS[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      { description: of.join(', '), content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
}

function json(schema: z.ZodType) {
  return { 'application/json': { schema } };
}
