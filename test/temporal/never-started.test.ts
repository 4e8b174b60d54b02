import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';
import type { waitsInVain } from './waits-in-vain';

/** What the safety of waiting charges rests on, on a real server. */
describe('a call whose wait for a worker is over', () => {
  const queue = `calls-${randomUUID()}`;
  let connection: Connection;
  let native: NativeConnection;
  let client: Client;
  let workflows: Worker;
  let running: Promise<void>;
  beforeAll(async () => {
    const address = sharedDevServerAddress();
    const namespace = await createNamespace(address, 'never-started');
    connection = await Connection.connect({ address });
    native = await NativeConnection.connect({ address });
    client = new Client({ connection, namespace });
    workflows = await Worker.create({
      connection: native,
      namespace,
      taskQueue: 'workflows',
      workflowsPath: require.resolve('./waits-in-vain'),
    });
    running = workflows.run();
  });
  afterAll(async () => {
    workflows.shutdown();
    await running;
    await native.close();
    await connection.close();
  });

  const call = (waitMs: number) =>
    client.workflow.start<typeof waitsInVain>('waitsInVain', {
      workflowId: randomUUID(),
      taskQueue: 'workflows',
      args: [queue, waitMs],
    });

  it('is given to no worker any more, and the workflow knows', async () => {
    const inVain = await Promise.all(Array.from({ length: 20 }, () => call(500)));
    expect(await Promise.all(inVain.map((handle) => handle.result()))).toEqual(
      inVain.map(() => 'never_started'),
    );
    let taken = 0;
    const calls = await Worker.create({
      connection: native,
      namespace: client.options.namespace,
      taskQueue: queue,
      activities: {
        take: () => {
          taken += 1;
        },
      },
    });
    await calls.runUntil(async () => {
      // Behind all of them in the queue: when it is done, they have been passed over.
      expect(await (await call(10_000)).result()).toBe('taken');
    });
    expect(taken).toBe(1);
  });

  it('is not mistaken for one that a worker took and never reported on', async () => {
    let report: () => void = () => undefined;
    const silent = new Promise<void>((resolve) => (report = resolve));
    const calls = await Worker.create({
      connection: native,
      namespace: client.options.namespace,
      taskQueue: queue,
      activities: { take: () => silent },
    });
    await calls.runUntil(async () => {
      expect(await (await call(10_000)).result()).toBe('other');
      report();
    });
  });
});
