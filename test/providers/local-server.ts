import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on this machine that plays a company in tests. */
export abstract class LocalServer {
  private readonly server = createServer((incoming, outgoing) => void this.serve(incoming, outgoing));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Without a path. Only while it listens. */
  protected get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets requests and answers. */
  abstract reset(): void;

  protected abstract serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}

/** Has a server listen while the tests of a file or block run; each begins with a server that knows no answer yet. */
export function forTests<Server extends LocalServer>(server: Server): Server {
  beforeAll(() => server.listen());
  beforeEach(() => server.reset());
  afterAll(() => server.stop());
  return server;
}

/** An address at which nobody listens any more. */
export async function goneAddress(server: LocalServer & { readonly url: string }): Promise<string> {
  await server.listen();
  const { url } = server;
  await server.stop();
  return url;
}

/** The bytes of a request. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
