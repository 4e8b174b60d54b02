import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, LocalServer } from './local-server';

export interface WireRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  contentType: string | undefined;
  /** As it was sent. */
  text: string;
}

export type WireAnswer =
  | { status: number; json: unknown }
  /** Without Content-Type. */
  | { status: number; text?: string; headers?: Record<string, string> }
  /** The connection is reset after the request was read. */
  | 'reset'
  /** No answer ever. */
  | 'hang';

type Answerer = (request: WireRequest) => WireAnswer;

/** An HTTP server that answers as a test says and remembers every request it read. */
export class WireServer extends LocalServer {
  readonly requests: WireRequest[] = [];
  private readonly routes = new Map<string, Answerer[]>();

  get url(): string {
    return this.origin;
  }

  /** How `METHOD /path` is answered: each answer once, the last one for ever. */
  on(route: string, ...answers: (WireAnswer | Answerer)[]): this {
    this.routes.set(
      route,
      answers.map((answer) => (typeof answer === 'function' ? answer : () => answer)),
    );
    return this;
  }

  sent(route: string): WireRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route);
  }

  override reset(): void {
    this.requests.length = 0;
    this.routes.clear();
  }

  protected override async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request: WireRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      contentType: incoming.headers['content-type'],
      text: (await bodyOf(incoming)).toString('utf8'),
    };
    this.requests.push(request);
    const answers = this.routes.get(`${request.method} ${request.path}`);
    const answerer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
    const answer = answerer?.(request) ?? { status: 599, text: 'not expected by this test' };
    if (answer === 'reset') incoming.socket.resetAndDestroy();
    else if (answer !== 'hang') write(outgoing, answer);
  }
}

function write(outgoing: ServerResponse, answer: Exclude<WireAnswer, string>): void {
  if ('json' in answer) {
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(answer.json));
    return;
  }
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.text);
}
