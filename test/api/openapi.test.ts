import { paymentIdOf } from '../../src/api/idempotency';
import { PROBLEM_STATUS } from '../../src/contract/problem';
import { ApiRig, untouchableClient } from './api-rig';

interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { required?: string[]; additionalProperties?: unknown; properties?: object }>;
  };
}

interface Operation {
  operationId: string;
  tags: string[];
  deprecated?: boolean;
  responses: Record<string, { description: string }>;
}

let api: ApiRig;
let document: OpenApi;
beforeAll(async () => {
  api = await ApiRig.start(untouchableClient());
  document = (await api.call({ path: '/openapi.json', key: null })).body as unknown as OpenApi;
});
afterAll(() => api.stop());

test('is OpenAPI 3.1 of this server', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: api.url }]);
});

test('the request is strict and requires what the contract requires', () => {
  const request = document.components.schemas['CreatePayment'];
  expect(request?.required).toEqual(['provider', 'amount', 'currency', 'reference', 'description']);
  expect(request?.additionalProperties).toBe(false);
});

test('every operation is routed with exactly its methods, and needs a key', async () => {
  expect(Object.keys(document.paths).length).toBeGreaterThan(7);
  for (const [path, operations] of Object.entries(document.paths)) {
    const real = path.replace('{id}', paymentIdOf('a', 'b')).replace('{refundId}', 're_a');
    const { status, headers } = await api.call({ method: 'DELETE', path: real });
    expect({ path, status }).toEqual({ path, status: 405 });
    const allowed = (headers.get('allow') ?? '')
      .toLowerCase()
      .split(', ')
      .filter((method) => method !== 'head');
    expect(Object.keys(operations).sort()).toEqual(allowed.sort());
    expect((await api.call({ path: real, key: null })).status).toBe(401);
  }
});

test('every operation has an id of its own and a tag', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(
    expect.arrayContaining(['createPayment', 'listPayments', 'getPayment', 'confirmPayment', 'createRefund']),
  );
  expect(operations.filter(({ tags }) => tags.length !== 1)).toEqual([]);
});

test('only the older name of the timeline is deprecated, and answers the same', () => {
  const deprecated = Object.entries(document.paths).filter(([, { get }]) => get?.deprecated);
  expect(deprecated.map(([path]) => path)).toEqual(['/v1/payments/{id}/events']);
  const [timeline, events] = ['timeline', 'events'].map(
    (name) => document.paths[`/v1/payments/{id}/${name}`],
  );
  expect(events?.['get']?.responses).toEqual(timeline?.['get']?.responses);
});

test('every refusal is documented under its status', () => {
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations)) {
      for (const [status, { description }] of Object.entries(responses).filter(
        ([code]) => Number(code) >= 400,
      )) {
        const codes = description.split(', ') as (keyof typeof PROBLEM_STATUS)[];
        expect(codes.map((code) => PROBLEM_STATUS[code])).toEqual(codes.map(() => Number(status)));
      }
    }
  }
});

test('/docs shows every operation and loads nothing from elsewhere', async () => {
  const { status, text } = await api.call({ path: '/docs', key: null });
  expect(status).toBe(200);
  for (const path of Object.keys(document.paths)) expect(text).toContain(path);
  expect(text).not.toMatch(/<script|style=|(src|href)="(https?:)?\/\//);
  expect((await api.call({ path: '/docs/docs.css', key: null })).headers.get('content-type')).toMatch(
    'text/css',
  );
});
