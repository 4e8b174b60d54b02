import { randomBytes } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { type ApiDependencies, type ApiSettings, createApp } from '../../src/api/app';
import { PaymentTokens } from '../../src/api/payment-tokens';
import { apiConnections } from '../../src/providers/index';
import { DEVELOPMENT_DEFAULTS } from '../../src/config/development-defaults';
import { readConnections } from '../../src/config/connections';

export const SHOP_KEY = 'shop-key-of-this-test';
export const OTHER_KEY = 'other-key-of-this-test';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

export interface Call {
  method?: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** null: no API key at all */
  key?: string | null;
}

/** A client that fails the test's request loudly when anything of it is used. */
export function untouchableClient(): Client {
  return new Proxy({} as Client, {
    get: (_target, name) => {
      throw new Error(`this request must not touch Temporal, but used client.${String(name)}`);
    },
  });
}

/** The API over real HTTP on a free port. */
export class ApiRig {
  readonly logs: string[] = [];
  readonly stopping = new AbortController();

  private constructor(
    readonly settings: ApiSettings,
    readonly tokens: PaymentTokens,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  static async start(client: Client, change: Partial<ApiSettings> = {}, more: Partial<ApiDependencies> = {}) {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const settings: ApiSettings = {
      production: false,
      publicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      notify: false,
      connections: apiConnections(readConnections(DEVELOPMENT_DEFAULTS, [])),
      apiKeys: [
        { name: 'shop', key: SHOP_KEY },
        { name: 'other', key: OTHER_KEY },
      ],
      tokenSecrets: [{ id: 't1', key: randomBytes(32) }],
      rateLimit: 0,
      maxInFlight: 20,
      trustProxy: 0,
      ...change,
    };
    const rig = new ApiRig(settings, new PaymentTokens(settings.tokenSecrets), server);
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        rig.logs.push(chunk.toString());
        done();
      },
    });
    const app = createApp({ client, settings, logger: pino(sink), stopping: rig.stopping.signal, ...more });
    server.on('request', (request, response) => void app(request, response));
    return rig;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  async call({ method = 'GET', path, body, headers = {}, key = SHOP_KEY }: Call): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Buffer;
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    });
    return readAnswer(response.status, response.headers, await response.text());
  }

  create(
    body: unknown,
    idempotencyKey: string = randomBytes(8).toString('hex'),
    key: string | null = SHOP_KEY,
  ) {
    const headers = { 'idempotency-key': idempotencyKey };
    return this.call({ method: 'POST', path: '/v1/payments', body, headers, key });
  }

  /** Sends the path exactly as written: `fetch` would tidy it. */
  async raw(method: string, path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      httpRequest(this.url, { method, path }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  }
}

function readAnswer(status: number, headers: Headers, text: string): Answer {
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** A request that is right in every field. */
export function goodRequest(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    provider: 'droppay-pos',
    amount: 1250,
    currency: 'EUR',
    reference: 'order-1042',
    description: 'Two tickets',
    ...change,
  };
}
