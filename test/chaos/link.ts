import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

const HOST = '127.0.0.1';

/** `cut`: everything is reset and refused. `black_hole`: nothing comes through, and nobody is told. */
export type LinkState = 'open' | 'cut' | 'black_hole';

/**
 * A TCP connection's way through the network, which can be disturbed. With several destinations each new connection takes
 * the next one that accepts it, as behind a load balancer.
 */
export class Link {
  private state: LinkState = 'open';
  /** For every chunk, each way. */
  private delayMs = 0;
  private turn = 0;
  private readonly wires = new Set<Wire>();

  private constructor(
    readonly name: string,
    private readonly server: Server,
    private readonly destinations: readonly number[],
  ) {
    server.on('connection', (caller: Socket) => this.accept(caller));
  }

  /** @param destinations ports of this machine */
  static async open(name: string, destinations: readonly number[]): Promise<Link> {
    const server = createServer({ noDelay: true });
    server.listen(0, HOST);
    await once(server, 'listening');
    return new Link(name, server, destinations);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  cut(): void {
    this.state = 'cut';
    for (const wire of [...this.wires]) wire.reset();
  }

  blackHole(): void {
    this.state = 'black_hole';
  }

  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** As if nothing had been: what a black hole held back goes on, if its sender still waits. */
  heal(): void {
    this.state = 'open';
    this.delayMs = 0;
    for (const wire of [...this.wires]) wire.flush();
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  private accept(caller: Socket): void {
    if (this.state === 'cut') {
      caller.on('error', () => undefined);
      caller.resetAndDestroy();
      return;
    }
    this.turn += 1;
    const ports = this.destinations.map(
      (_, index) => this.destinations[(this.turn + index) % this.destinations.length] as number,
    );
    const wire = new Wire(caller, ports, () => ({
      held: this.state === 'black_hole',
      delayMs: this.delayMs,
    }));
    this.wires.add(wire);
    wire.onEnd = () => this.wires.delete(wire);
    wire.flush();
  }
}

/** One connection: the caller's socket and ours to the destination. */
class Wire {
  onEnd: () => void = () => undefined;
  private destination: Socket | undefined;
  private ended = false;
  private connecting = false;
  /** Chunks and ends of both ways, in the order of their coming: nothing overtakes what came before it. */
  private queue: { step: () => void; dueAt: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly caller: Socket,
    private readonly ports: readonly number[],
    private readonly weather: () => { held: boolean; delayMs: number },
  ) {
    caller.setNoDelay(true);
    this.forward(caller, () => this.destination);
    this.endWith(caller, () => this.destination);
  }

  /** Lets through what may go. */
  flush(): void {
    if (this.weather().held || this.ended) return;
    if (!this.destination) {
      if (this.caller.destroyed) this.finish();
      else if (!this.connecting) this.connectTo([...this.ports]);
      return;
    }
    clearTimeout(this.timer);
    const now = Date.now();
    for (let next = this.queue[0]; next && next.dueAt <= now; next = this.queue[0]) {
      this.queue.shift();
      next.step();
    }
    const [waiting] = this.queue;
    if (waiting) this.timer = setTimeout(() => this.flush(), waiting.dueAt - now);
  }

  reset(): void {
    for (const socket of [this.caller, this.destination]) socket?.resetAndDestroy();
    this.finish();
  }

  private connectTo([port, ...others]: number[]): void {
    if (port === undefined) return this.reset();
    this.connecting = true;
    const socket = connect({ port, host: HOST, noDelay: true });
    const refused = () => this.connectTo(others);
    socket.once('error', refused);
    socket.once('connect', () => {
      this.connecting = false;
      socket.off('error', refused);
      socket.on('error', () => undefined);
      if (this.ended) return void socket.resetAndDestroy();
      this.destination = socket;
      this.forward(socket, () => this.caller);
      this.endWith(socket, () => this.caller);
      this.flush();
    });
  }

  private forward(from: Socket, to: () => Socket | undefined): void {
    from.on('data', (chunk) => this.inOrder(() => to()?.write(chunk)));
  }

  /** An end is told like data: behind what was sent before it. In a black hole an end discards what was held. */
  private endWith(socket: Socket, other: () => Socket | undefined): void {
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (this.weather().held) this.queue = [];
      this.inOrder(() => {
        other()?.destroy();
        this.finish();
      });
    });
  }

  private inOrder(step: () => void): void {
    this.queue.push({ step, dueAt: Date.now() + this.weather().delayMs });
    this.flush();
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.caller.destroy();
    this.destination?.destroy();
    this.onEnd();
  }
}
