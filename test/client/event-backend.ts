import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as it came over the wire. */
export interface Delivery {
  id: string;
  path: string;
  headers: Record<string, string>;
  /** As it was sent. */
  body: string;
  type: string;
  /** By the backend's clock, epoch milliseconds. */
  at: number;
}

export type BackendAnswer =
  | number
  | { status: number; headers?: Record<string, string>; body?: string }
  /** No answer ever. */
  | 'hang'
  /** The connection is reset after the request was read. */
  | 'reset'
  /** 200, and a body that goes on as long as somebody reads it. */
  | 'endless_body'
  /** 200, and then nothing more. */
  | 'unfinished_body';

/** The backend of a shop: takes events as a test says, and remembers every one that came. */
export class EventBackend {
  readonly deliveries: Delivery[] = [];
  answer: BackendAnswer = 204;
  /** How much of an endless body was taken. */
  bytesWritten = 0;
  now: () => Promise<number> = async () => Date.now();
  private port = 0;
  private server: Server | undefined;

  static async start(): Promise<EventBackend> {
    const backend = new EventBackend();
    await backend.comeBack();
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks/path-token`;
  }

  reset(): void {
    this.deliveries.length = 0;
    this.answer = 204;
    this.bytesWritten = 0;
  }

  /** What came about one payment, in order. */
  about(paymentId: string): Delivery[] {
    return this.deliveries.filter(({ body }) => body.includes(paymentId));
  }

  /** Nobody listens any more. */
  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Listens again, where it did. */
  async comeBack(): Promise<void> {
    const server = createServer((incoming, outgoing) => void this.serve(incoming, outgoing));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const headers = incoming.headers as Record<string, string>;
    const { type } = JSON.parse(body) as { type: string };
    const at = await this.now();
    const path = `${incoming.method} ${incoming.url}`;
    this.deliveries.push({ id: headers['webhook-id'] ?? '', path, headers, body, type, at });
    this.respond(incoming, outgoing);
  }

  private respond(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { answer } = this;
    if (answer === 'hang') return;
    if (answer === 'reset') {
      incoming.socket.resetAndDestroy();
    } else if (answer === 'unfinished_body') {
      outgoing.writeHead(200).write('{');
    } else if (answer === 'endless_body') {
      this.pour(outgoing.writeHead(200));
    } else {
      const { status, headers, body } = typeof answer === 'number' ? { status: answer } : answer;
      outgoing.writeHead(status, headers).end(body);
    }
  }

  private pour(outgoing: ServerResponse): void {
    const chunk = randomBytes(16 * 1024);
    const more = (): void => {
      if (outgoing.destroyed) return;
      this.bytesWritten += chunk.length;
      if (outgoing.write(chunk)) setImmediate(more);
      else outgoing.once('drain', more);
    };
    more();
  }
}
