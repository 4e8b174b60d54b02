import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Link } from './link';

/** Sends back what it gets, and says on which port. */
async function echo(): Promise<Server & { port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

async function call(link: Link): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** `once` would reject with the reset itself. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

/** Says it, and what came back until it is as long. */
const said = (socket: Socket, text: string) => heard(socket, text.length, text);

async function heard(socket: Socket, length: number, text: string): Promise<string> {
  let answer = '';
  socket.write(text);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answer += String(chunk);
    if (answer.length >= length) break;
  }
  return answer;
}

describe('a link', () => {
  let server: Awaited<ReturnType<typeof echo>>;
  let link: Link;
  beforeEach(async () => {
    server = await echo();
    link = await Link.open('test', [server.port]);
  });
  afterEach(async () => {
    await link.close();
    server.close();
  });

  it('lets everything through, both ways', async () => {
    const socket = await call(link);
    expect(await said(socket, 'hello')).toBe('hello');
    const long = 'x'.repeat(300_000);
    expect(await said(socket, long)).toBe(long);
    socket.destroy();
  });

  it('cut: resets what is open and refuses what comes, until it is healed', async () => {
    const socket = await call(link);
    expect(await said(socket, 'hello')).toBe('hello');
    link.cut();
    await closed(socket);
    const refused = connect(link.port, '127.0.0.1');
    refused.on('error', () => undefined);
    await closed(refused);
    link.heal();
    const again = await call(link);
    expect(await said(again, 'again')).toBe('again');
    again.destroy();
  });

  it('black hole: holds everything back and tells nobody; what still waits comes after healing', async () => {
    const socket = await call(link);
    expect(await said(socket, 'a')).toBe('a');
    link.blackHole();
    const answer = said(socket, 'held');
    const later = await call(link);
    const first = said(later, 'new');
    const nothing = Symbol('nothing');
    const soon = new Promise((resolve) => setTimeout(() => resolve(nothing), 100));
    expect(await Promise.race([answer, first, soon])).toBe(nothing);
    link.heal();
    expect(await answer).toBe('held');
    expect(await first).toBe('new');
    socket.destroy();
    later.destroy();
  });

  it('black hole: what nobody waits for any more never arrives', async () => {
    let arrived = '';
    server.on('connection', (socket: Socket) => socket.on('data', (chunk) => (arrived += String(chunk))));
    const socket = await call(link);
    expect(await said(socket, 'a')).toBe('a');
    link.blackHole();
    socket.write('lost');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await closed(socket);
    link.heal();
    const after = await call(link);
    expect(await said(after, 'b')).toBe('b');
    expect(arrived).toBe('ab');
    after.destroy();
  });

  it('delay: keeps the order, also of what comes after it ended', async () => {
    const socket = await call(link);
    link.delay(150);
    socket.write('1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    link.heal();
    expect(await heard(socket, 2, '2')).toBe('12');
    socket.destroy();
  });

  it('takes the next destination that accepts', async () => {
    const dead = await echo();
    dead.close();
    await once(dead, 'close');
    const balanced = await Link.open('balanced', [dead.port, server.port]);
    for (let n = 0; n < 4; n += 1) {
      const socket = await call(balanced);
      expect(await said(socket, 'up')).toBe('up');
      socket.destroy();
    }
    await balanced.close();
  });
});
