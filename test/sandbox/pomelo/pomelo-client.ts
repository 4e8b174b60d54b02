import { createHash, randomUUID } from 'node:crypto';
import { startSandbox, type SandboxOptions } from '../../../src/sandbox/server';
import { http, type Answer } from '../sandbox-client';

/* eslint-disable @typescript-eslint/no-explicit-any -- the wire is untyped here: tests assert its fields */
export type SignMethod = 'sha1' | 'md5';

/** The checksum as the notes have it, written here on its own: the sandbox's own functions prove nothing. */
export function checksum(
  method: SignMethod,
  amount: number | string,
  currency: string,
  apiKey: string,
): string {
  const text = `amount=${amount}&currency=${currency}&apiKey=${apiKey}`;
  return createHash(method)
    .update(text)
    .digest(method === 'md5' ? 'base64' : 'hex');
}

export interface Merchant {
  readonly appId: string;
  readonly apiKey: string;
}

/** A merchant of its own on a sandbox of its own, spoken to over HTTP only. */
export async function startPomelo(options: SandboxOptions = {}, account: Record<string, unknown> = {}) {
  const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true, ...options });
  const suffix = randomUUID().slice(0, 8);
  const merchant: Merchant = { appId: `app-${suffix}`, apiKey: `key-${suffix}` };
  const control = (method: string, path: string, body?: unknown): Promise<Answer> =>
    http(method, `${sandbox.url}/control${path}`, body);
  const pomelo = (method: string, path: string, body?: unknown): Promise<Answer> =>
    control(method, `/pomelo${path}`, body);
  const added = await pomelo('POST', '/accounts', { ...merchant, ...account });
  if (added.status !== 201) throw new Error(added.text);

  /** One call of the API; `authorization` null sends none. */
  const api = async (
    method: string,
    path: string,
    body?: unknown,
    authorization: string | null = merchant.apiKey,
  ): Promise<Answer> => {
    const answer = await fetch(`${sandbox.url}/pomelo/public${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(authorization === null ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    let parsed: any;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: answer.status, headers: answer.headers, text, body: parsed };
  };

  /** A body that v1 accepts, rightly signed for its amount and currency. */
  const v1Body = (fields: Record<string, unknown> = {}, by: Merchant = merchant): Record<string, unknown> => {
    const { amount, currency, signMethod } = { amount: 2000, currency: 'GBP', signMethod: 'sha1', ...fields };
    return {
      amount,
      currency,
      signMethod,
      signature: checksum(signMethod === 'md5' ? 'md5' : 'sha1', amount, currency, by.apiKey),
      deviceId: by.appId,
      appVersion: 'test-1.0',
      apiVersion: '2.0',
      ...fields,
    };
  };
  const create = async (fields: Record<string, unknown> = {}): Promise<any> => {
    const answer = await api('POST', '/transactions', v1Body(fields));
    if (answer.status !== 201) throw new Error(`create: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const createV2 = async (fields: Record<string, unknown> = {}): Promise<any> => {
    const answer = await api('POST', '/v2/transactions', { amount: 2000, currency: 'GBP', ...fields });
    if (answer.status !== 201) throw new Error(`create v2: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const read = async (id: string): Promise<any> => (await api('GET', `/transactions/${id}`)).body;
  const act = (key: string, name: string, body: Record<string, unknown> = {}): Promise<Answer> =>
    pomelo('POST', `/payments/${key}/${name}`, body);
  const set = async (change: Record<string, unknown>): Promise<void> => {
    const answer = await pomelo('POST', '/settings', { clientId: merchant.appId, ...change });
    if (answer.status !== 200) throw new Error(answer.text);
  };
  const advance = (advanceMs: number): Promise<Answer> => control('POST', '/clock', { advanceMs });
  const ledger = async (reference?: string): Promise<any> =>
    (await pomelo('GET', `/ledger${reference === undefined ? '' : `?reference=${reference}`}`)).body;
  const calls = { api, v1Body, create, createV2, read };
  return { ...sandbox, merchant, control, pomelo, ...calls, act, set, advance, ledger };
}

export type TestPomelo = Awaited<ReturnType<typeof startPomelo>>;
