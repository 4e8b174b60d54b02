import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import {
  confirmSchema,
  createPaymentSchema,
  listPaymentsQuerySchema,
  paymentListSchema,
  paymentSchema,
  PROBLEM_STATUS,
  type ProblemCode,
  problemSchema,
  readPaymentQuerySchema,
  refundListSchema,
  refundRequestSchema,
  refundSchema,
  resolveRefundSchema,
  resolveSchema,
  timelineSchema,
} from '../contract/http';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

interface Operation {
  method: 'get' | 'post';
  path: string;
  summary: string;
  answer: z.ZodType;
  answerText: string;
  status?: 201;
  query?: z.ZodObject;
  body?: z.ZodType;
  bodyRequired?: boolean;
  idempotent?: boolean;
  refusals: readonly ProblemCode[];
}

const EVERYWHERE: readonly ProblemCode[] = [
  'invalid_request',
  'unauthenticated',
  'rate_limited',
  'temporarily_unavailable',
];
const WITH_BODY: readonly ProblemCode[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];
const IDEMPOTENT: readonly ProblemCode[] = ['idempotency_key_missing', 'idempotency_key_invalid'];
const ONE = '/v1/payments/{id}';

const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/payments',
    summary: 'Start a payment',
    status: 201,
    idempotent: true,
    bodyRequired: true,
    body: createPaymentSchema,
    answer: paymentSchema,
    answerText: "The payment with the payer's next step; the first answer again for a repeated key",
    refusals: [
      'idempotency_key_reused',
      'unsupported_currency',
      'unsupported_amount',
      'unsupported_expiry',
      'unknown_provider',
      'unknown_connection',
      'provider_not_configured',
    ],
  },
  {
    method: 'get',
    path: '/v1/payments',
    summary: "List the caller's payments, newest first",
    query: listPaymentsQuerySchema,
    answer: paymentListSchema,
    answerText: 'One page',
    refusals: [],
  },
  {
    method: 'get',
    path: ONE,
    summary: 'Read a payment, or wait until it changes',
    query: readPaymentQuerySchema,
    answer: paymentSchema,
    answerText: 'The payment',
    refusals: ['not_found'],
  },
  {
    method: 'post',
    path: `${ONE}/confirm`,
    summary: "Give the backend's own word",
    body: confirmSchema,
    answer: paymentSchema,
    answerText: 'The payment',
    refusals: ['not_found', 'not_confirmable'],
  },
  {
    method: 'post',
    path: `${ONE}/cancel`,
    summary: 'Stop a payment at the provider',
    answer: paymentSchema,
    answerText: 'The payment',
    refusals: ['not_found', 'not_cancellable'],
  },
  {
    method: 'post',
    path: `${ONE}/recheck`,
    summary: 'Ask the provider now',
    answer: paymentSchema,
    answerText: 'The payment after it',
    refusals: ['not_found'],
  },
  {
    method: 'post',
    path: `${ONE}/resolve`,
    summary: 'End a review by a person',
    body: resolveSchema,
    bodyRequired: true,
    answer: paymentSchema,
    answerText: 'The payment',
    refusals: ['not_found', 'nothing_to_resolve', 'not_refundable'],
  },
  {
    method: 'get',
    path: `${ONE}/events`,
    summary: 'The timeline of a payment',
    answer: timelineSchema,
    answerText: 'Every fact, oldest first',
    refusals: ['not_found'],
  },
  {
    method: 'get',
    path: `${ONE}/refunds`,
    summary: 'The refunds of a payment',
    answer: refundListSchema,
    answerText: 'Every refund, newest first; those made at the provider appear too',
    refusals: ['not_found'],
  },
  {
    method: 'post',
    path: `${ONE}/refunds`,
    summary: 'Give money back',
    body: refundRequestSchema,
    idempotent: true,
    status: 201,
    answer: refundSchema,
    answerText: 'The refund, perhaps still processing; the first answer again for a repeated key',
    refusals: ['not_found', 'not_refundable', 'refund_too_large', 'idempotency_key_reused'],
  },
  {
    method: 'get',
    path: `${ONE}/refunds/{refundId}`,
    summary: 'Read a refund',
    answer: refundSchema,
    answerText: 'The refund',
    refusals: ['not_found'],
  },
  {
    method: 'post',
    path: `${ONE}/refunds/{refundId}/resolve`,
    summary: 'End the review of a refund by a person',
    body: resolveRefundSchema,
    bodyRequired: true,
    answer: refundSchema,
    answerText: 'The refund',
    refusals: ['not_found', 'nothing_to_resolve'],
  },
];

/** The OpenAPI 3.1 document, made of the same schemas that check requests. */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  for (const operation of OPERATIONS) registry.registerPath(routeOf(operation));
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

function routeOf(operation: Operation): RouteConfig {
  const {
    method,
    path,
    summary,
    answer,
    answerText,
    query,
    body,
    bodyRequired,
    idempotent,
    status = 200,
  } = operation;
  const params = paramsOf(path);
  const key = z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'The same key gives the same answer, and never moves money twice' });
  return {
    method,
    path,
    summary,
    security: [{ apiKey: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(idempotent && { headers: z.object({ 'Idempotency-Key': key }) }),
      ...(body && { body: { required: bodyRequired ?? false, content: json(body) } }),
    },
    responses: {
      [status]: { description: answerText, content: json(answer) },
      ...problemsOf(operation),
    },
  };
}

function paramsOf(path: string): z.ZodObject | undefined {
  if (!path.includes('{id}')) return undefined;
  const id = z.string().meta({ example: 'pay_…' });
  const refundId = z.string().meta({ example: 're_…' });
  return z.object({ id, ...(path.includes('{refundId}') && { refundId }) });
}

function problemsOf({ method, idempotent, refusals }: Operation): RouteConfig['responses'] {
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
