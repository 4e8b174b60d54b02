import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server';

/* eslint-disable @typescript-eslint/no-explicit-any -- the wire is untyped here: tests assert its fields */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

/** A sandbox and one logged-in merchant of its own, spoken to over HTTP only. */
export interface TestSandbox extends Sandbox {
  readonly clientId: string;
  readonly posId: string;
  readonly acquirerPosId: string;
  readonly login: Record<string, string>;
  token: string;
  logIn(): Promise<void>;
  api(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  create(fields?: Record<string, unknown>): Promise<any>;
  granted(fields?: Record<string, unknown>): Promise<any>;
  charge(payTokenVal: string, amount?: number): Promise<Answer>;
}

export async function http(method: string, url: string, body?: unknown, token?: string): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('application/json') ?? false;
  let parsed: unknown;
  try {
    parsed = isJson ? JSON.parse(text) : undefined;
  } catch {
    parsed = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, body: parsed };
}

export async function startTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true, ...options });
  const control = (method: string, path: string, body?: unknown): Promise<Answer> =>
    http(method, `${sandbox.url}/control${path}`, body);
  const suffix = randomUUID().slice(0, 8);
  const account = { clientId: `app-${suffix}`, clientSecret: 'shh', connectionCode: 'conn' };
  const [posId, acquirerPosId] = [`POS${suffix}`, `POSACQ${suffix}`];
  await control('POST', '/droppay/accounts', {
    ...account,
    pos: [
      { id: posId, device: 'DROPPAY' },
      { id: acquirerPosId, device: 'ACQUIRER' },
    ],
  });
  const login = {
    grant_type: 'authorization_code',
    code: account.connectionCode,
    client_id: account.clientId,
    client_secret: account.clientSecret,
    scope: 'app',
  };
  const client: TestSandbox = {
    ...sandbox,
    clientId: account.clientId,
    posId,
    acquirerPosId,
    login,
    token: '',
    control,
    async logIn() {
      client.token = (await client.api('POST', '/oa2/v1/ac/token', login)).body.access_token;
    },
    api: (method, path, body, token) =>
      http(method, `${sandbox.url}/droppay${path}`, body, token ?? client.token),
    async create(fields = {}) {
      const body = { description: 'Order 1001', charge_amount: 12.3, pos_id: posId, ...fields };
      const answer = await client.api('POST', '/shop/v1/pos/authorization', body);
      if (answer.status !== 200) throw new Error(`create: ${answer.status} ${answer.text}`);
      return answer.body;
    },
    async granted(fields = {}) {
      const { id } = await client.create(fields);
      await control('POST', `/droppay/authorizations/${id}/approve`);
      return (await client.api('GET', `/shop/v1/pos/authorization/${id}`)).body;
    },
    charge: (payTokenVal, amount = 12.3) =>
      client.api('POST', '/shop/v1/pos/charge', {
        pay_token_val: payTokenVal,
        description: 'Order 1001',
        amount,
      }),
  };
  await client.logIn();
  return client;
}

interface ReceivedWebhook {
  path: string;
  authorization: string | undefined;
  headers: IncomingHttpHeaders;
  text: string;
  body: any;
}

/** A merchant's server: keeps what it got and answers as told. */
export async function startReceiver(statuses: number[] = []) {
  const received: ReceivedWebhook[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      received.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        headers: request.headers,
        text,
        body: JSON.parse(text),
      });
      response.statusCode = statuses.shift() ?? 200;
      response.end('ok');
      for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://user:p%40ss@127.0.0.1:${port}/hooks/droppay`,
    /** Resolves once `count` webhooks have come; the test's own time limit ends a wait in vain. */
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
