import { createHmac, randomUUID } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/server';
import { http, type Answer } from '../sandbox-client';

/* eslint-disable @typescript-eslint/no-explicit-any -- the wire is untyped here: tests assert its fields */
export interface OpenedSession {
  readonly token: string;
  readonly signature_token: string;
}

/** A sandbox and one Chilean merchant of its own at ETpay, spoken to over HTTP only. */
export interface EtpaySandbox extends Sandbox {
  readonly merchantCode: string;
  readonly apiToken: string;
  api(path: string, body: unknown): Promise<Answer>;
  /** Posts `/session/initialize` with the merchant's credentials, order `ORDER-1001` and 15990 pesos. */
  initialize(fields?: Record<string, unknown>): Promise<Answer>;
  session(fields?: Record<string, unknown>): Promise<OpenedSession>;
  status(keys: Record<string, unknown>): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  settings(change: Record<string, unknown>): Promise<Answer>;
  act(key: string, action: string, body?: unknown): Promise<Answer>;
  ledger(reference: string): Promise<any>;
}

export async function startEtpaySandbox(options: SandboxOptions = {}): Promise<EtpaySandbox> {
  const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true, ...options });
  const merchantCode = `cl_test_${randomUUID().slice(0, 8)}`;
  const apiToken = `token-${merchantCode}`;
  const client: EtpaySandbox = {
    ...sandbox,
    merchantCode,
    apiToken,
    api: (path, body) => http('POST', `${sandbox.url}/etpay/api${path}`, body),
    initialize: (fields = {}) =>
      client.api('/session/initialize', {
        merchant_code: merchantCode,
        merchant_api_token: apiToken,
        merchant_order_id: 'ORDER-1001',
        order_amount: 15990,
        ...fields,
      }),
    async session(fields) {
      const answer = await client.initialize(fields);
      if (answer.status !== 200) throw new Error(`initialize: ${answer.status} ${answer.text}`);
      return answer.body;
    },
    status: (keys) => client.api('/merchant/check_payment_status', { merchant_api_token: apiToken, ...keys }),
    control: (method, path, body) => http(method, `${sandbox.url}/control${path}`, body),
    settings: (change) => client.control('POST', '/etpay/settings', { clientId: merchantCode, ...change }),
    act: (key, action, body) => client.control('POST', `/etpay/payments/${key}/${action}`, body),
    ledger: async (reference) => (await client.control('GET', `/etpay/ledger?reference=${reference}`)).body,
  };
  const added = await client.control('POST', '/etpay/accounts', { merchantCode, merchantApiToken: apiToken });
  if (added.status !== 201) throw new Error(`accounts: ${added.status} ${added.text}`);
  return client;
}

/** The parts of a JWT as they stand, unchecked. */
export function decodedJwt(jwt: string): { header: any; payload: any } {
  const [header = '', payload = ''] = jwt.split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), payload: read(payload) };
}

/** The claims of a JWT that holds with this session's key and HS256; throws otherwise. */
export function verifiedClaims(jwt: string, signatureToken: string): any {
  const [header, payload, signature = ''] = jwt.split('.');
  const { alg } = decodedJwt(jwt).header;
  if (alg !== 'HS256') throw new Error(`alg ${alg} refused`);
  const expected = createHmac('sha256', signatureToken).update(`${header}.${payload}`).digest('base64url');
  if (signature !== expected) throw new Error('signature refused');
  return decodedJwt(jwt).payload;
}
