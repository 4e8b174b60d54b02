import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox, type SandboxOptions } from '../../../src/sandbox/server';
import { http, type Answer } from '../sandbox-client';
import { MERCHANT, PLATFORM } from './published-vectors';

/* eslint-disable @typescript-eslint/no-explicit-any -- the wire is untyped here: tests assert its fields */
export const GATEWAY = '/payermax/aggregate-pay/api/gateway';

/** RSA as the notes have it, written here on its own: the sandbox's own functions prove nothing. */
export function signed(text: string, privateKey = MERCHANT.privateKey): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  return sign('sha256', Buffer.from(text), key).toString('base64');
}

export function isSigned(
  text: string,
  signature: string | null | undefined,
  publicKey = PLATFORM.publicKey,
): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature ?? '', 'base64'));
}

export interface SignedAnswer extends Answer {
  /** Whether the platform key signed the bytes; false too when there is no signature. */
  readonly verified: boolean;
}

/** A merchant of its own on a sandbox of its own, spoken to over HTTP only. */
export async function startGateway(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true, ...options });
  const suffix = randomUUID().slice(0, 8);
  const [appId, merchantNo, userId] = [`app-${suffix}`, `M${suffix}`, `buyer-${suffix}`];
  const control = (method: string, path: string, body?: unknown): Promise<Answer> =>
    http(method, `${sandbox.url}/control${path}`, body);
  await control('POST', '/payermax/accounts', { appId, merchantNo });

  const send = async (operation: string, text: string, headers: Record<string, string>) => {
    const answer = await fetch(`${sandbox.url}${GATEWAY}/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
    const answerText = await answer.text();
    let body: any;
    try {
      body = JSON.parse(answerText);
    } catch {
      body = undefined;
    }
    const verified = isSigned(answerText, answer.headers.get('sign'));
    return { status: answer.status, headers: answer.headers, text: answerText, body, verified };
  };
  const now = async (): Promise<string> => (await control('GET', '/clock')).body.now;
  const call = async (
    operation: string,
    data: unknown,
    envelope: Record<string, unknown> = {},
  ): Promise<SignedAnswer> => {
    const head = { version: '1.5', keyVersion: '1', requestTime: await now(), appId, merchantNo };
    const text = JSON.stringify({ ...head, data, ...envelope });
    return send(operation, text, { sign: signed(text) });
  };

  const session = async (fields: Record<string, unknown> = {}): Promise<any> => {
    const data = { totalAmount: 19.99, currency: 'USD', country: 'US', userId, ...fields };
    const answer = await call('applyDropinSession', data);
    if (answer.body.code !== 'APPLY_SUCCESS') throw new Error(answer.text);
    return answer.body.data;
  };
  const paymentToken = async (sessionKey: string, card: Record<string, unknown> = {}): Promise<string> =>
    (await control('POST', `/payermax/sessions/${sessionKey}/payment-token`, card)).body.paymentToken;
  /** Fields of an order of 19.99 USD, with a fresh session and token. */
  const order = async (outTradeNo: string, fields: Record<string, unknown> = {}) => {
    const { totalAmount = 19.99, currency = 'USD', country = 'US' } = fields;
    const { sessionKey } = await session({ totalAmount, currency, country });
    return {
      outTradeNo,
      integrate: 'Direct_Payment',
      subject: 'Order 1001',
      totalAmount,
      currency,
      country,
      userId,
      paymentDetail: {
        paymentToken: await paymentToken(sessionKey),
        sessionKey,
        buyerInfo: { clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' },
      },
      terminalType: 'WEB',
      ...fields,
    };
  };

  return {
    ...sandbox,
    appId,
    merchantNo,
    userId,
    control,
    send,
    call,
    session,
    paymentToken,
    order,
    pay: async (outTradeNo: string, fields: Record<string, unknown> = {}) =>
      call('orderAndPay', await order(outTradeNo, fields)),
    query: async (outTradeNo: string) => (await call('orderQuery', { outTradeNo })).body,
    refund: (outRefundNo: string, outTradeNo: string, refundAmount: number, fields = {}) =>
      call('refund', { outRefundNo, refundAmount, refundCurrency: 'USD', outTradeNo, ...fields }),
    refundQuery: async (outRefundNo: string) => (await call('refundQuery', { outRefundNo })).body,
    ledger: async (reference: string) =>
      (await control('GET', `/payermax/ledger?reference=${reference}`)).body,
    calls: async (query: string) => (await control('GET', `/payermax/calls?${query}`)).body,
    settings: (change: Record<string, unknown>) =>
      control('POST', '/payermax/settings', { clientId: appId, ...change }),
    advance: (advanceMs: number) => control('POST', '/clock', { advanceMs }),
    act: (key: string, act: string) => control('POST', `/payermax/payments/${key}/${act}`),
    deliveries: async (reference: string) =>
      (await control('GET', `/payermax/webhooks/deliveries?reference=${reference}`)).body.deliveries,
  };
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;

interface ReceivedCallback {
  readonly path: string;
  readonly sign: string | undefined;
  readonly text: string;
  readonly body: any;
  readonly verified: boolean;
}

const ACKNOWLEDGEMENT = '{"msg":"Success","code":"SUCCESS"}';

/** A merchant's server: keeps what it got; answers what it is told, then acknowledges. */
export async function startCallbackReceiver(answers: { status: number; text: string }[] = []) {
  const received: ReceivedCallback[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const header = request.headers.sign;
      const given = typeof header === 'string' ? header : undefined;
      const verified = isSigned(text, given);
      received.push({ path: request.url ?? '', sign: given, text, body: JSON.parse(text), verified });
      const answer = answers.shift() ?? { status: 200, text: ACKNOWLEDGEMENT };
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
      for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/hooks/payermax`,
    /** Resolves once `count` callbacks have come; the test's own time limit ends a wait in vain. */
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

/** Waits until `found` says yes; the test's own time limit ends a wait in vain. */
export async function until<T>(read: () => Promise<T>, found: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (found(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
