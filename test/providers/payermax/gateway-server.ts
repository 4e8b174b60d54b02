import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, LocalServer } from '../local-server';
import { MERCHANT_PUBLIC_KEY, PLATFORM_PRIVATE_KEY } from './vectors';

const PREFIX = '/aggregate-pay/api/gateway';
const platformKey = createPrivateKey({
  key: Buffer.from(PLATFORM_PRIVATE_KEY, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
const merchantKey = createPublicKey({
  key: Buffer.from(MERCHANT_PUBLIC_KEY, 'base64'),
  format: 'der',
  type: 'spki',
});

export interface GatewayRequest {
  method: string;
  /** After the documented prefix. */
  call: string;
  contentType: string | undefined;
  text: string;
  /** Whether the merchant's key signed exactly these bytes. */
  signed: boolean;
  json: { version: string; requestTime: string; data: Record<string, unknown> };
}

interface Answered {
  status?: number;
  text: string;
  /** By default with PayerMax's key. */
  sign?: 'good' | 'none' | 'wrong' | { sign: string };
}

/** `reset`: the connection is reset once the request was read. `hang`: no answer ever. */
export type GatewayAnswer = Answered | 'reset' | 'hang';

/** `{code: 'APPLY_SUCCESS', …}` around data. */
export function accepted(data: object, change: Partial<Answered> = {}): Answered {
  return { text: JSON.stringify({ code: 'APPLY_SUCCESS', msg: 'Success.', data }), ...change };
}

/** An error answer: a code and no data. */
export function code(name: string, change: Partial<Answered> = {}): Answered {
  return { text: JSON.stringify({ code: name, msg: 'as you see' }), ...change };
}

/** PayerMax's signature of a body. */
export function signedByPlatform(body: string | Buffer): string {
  return sign('sha256', Buffer.from(body), platformKey).toString('base64');
}

/** An HTTP server that answers the gateway's calls as a test says and remembers every request it read. */
export class GatewayServer extends LocalServer {
  readonly requests: GatewayRequest[] = [];
  private readonly answers = new Map<string, GatewayAnswer[]>();

  get url(): string {
    return `${this.origin}${PREFIX}`;
  }

  /** How a call is answered: each answer once, the last one for ever. */
  on(call: string, ...answers: GatewayAnswer[]): this {
    this.answers.set(call, answers);
    return this;
  }

  calls(): string[] {
    return this.requests.map(({ call }) => call);
  }

  override reset(): void {
    this.requests.length = 0;
    this.answers.clear();
  }

  protected override async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const path = incoming.url ?? '';
    const call = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length + 1) : path;
    this.requests.push({
      method: incoming.method ?? '',
      call,
      contentType: incoming.headers['content-type'],
      text: body.toString('utf8'),
      signed: verify('sha256', body, merchantKey, Buffer.from(String(incoming.headers.sign), 'base64')),
      json: JSON.parse(body.toString('utf8')) as GatewayRequest['json'],
    });
    const answers = this.answers.get(call);
    const answer = (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ?? {
      status: 599,
      text: 'not expected by this test',
    };
    if (answer === 'reset') incoming.socket.resetAndDestroy();
    else if (answer !== 'hang') write(outgoing, answer);
  }
}

function write(outgoing: ServerResponse, { status = 200, text, sign: how = 'good' }: Answered): void {
  const header = {
    good: () => signedByPlatform(text),
    none: () => undefined,
    wrong: () => signedByPlatform(`${text} `),
  };
  const value = typeof how === 'object' ? how.sign : header[how]();
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    ...(value !== undefined && { sign: value }),
  });
  outgoing.end(text);
}
