import { Client, Connection } from '@temporalio/client';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentServerArguments, freePort } from '../../src/local/temporal-server';
import { createNamespace, sharedDevServerAddress, startDevServer } from '../support/temporal-servers';

async function withClient<T>(
  address: string,
  namespace: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

const start = (client: Client, workflowId: string) =>
  client.workflow.start('nobodyRunsThis', { workflowId, taskQueue: 'nobody-polls-this' });

describe('the development server', () => {
  it('keeps workflows on disk over a crash and a restart on the same port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-dev-server-'));
    const options = { databaseFile: join(folder, 'temporal.db'), port: await freePort() };
    try {
      const first = await startDevServer(options);
      await withClient(first.address, 'default', (client) => start(client, 'kept'));
      first.kill();
      await first.stop();
      const second = await startDevServer(options);
      expect(second.address).toBe(first.address);
      const status = await withClient(second.address, 'default', (client) =>
        client.workflow.getHandle('kept').describe(),
      );
      expect(status.status.name).toBe('RUNNING');
      await second.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has its namespaces when it says that it is ready, and a Web UI when asked', async () => {
    const server = await startDevServer({ namespaces: ['shop'], uiPort: await freePort() });
    try {
      await withClient(server.address, 'shop', (client) => start(client, 'in-a-namespace'));
      expect((await fetch(`${server.uiUrl}`)).status).toBe(200);
    } finally {
      await server.stop();
    }
    await expect(fetch(`${server.uiUrl}`)).rejects.toThrow('fetch failed');
  });

  it('says why it could not start on a port that is taken', async () => {
    const server = await startDevServer();
    const port = Number(server.address.split(':')[1]);
    try {
      await expect(startDevServer({ port })).rejects.toThrow(
        /can't set frontend port|address already in use/,
      );
    } finally {
      await server.stop();
    }
  });

  it('writes to disk in the way that survives a kill without an fsync per write', () => {
    const disk = developmentServerArguments({ binary: 'temporal', databaseFile: 'x.db' }, 7233).join(' ');
    expect(disk).toContain(
      '--db-filename x.db --sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=1',
    );
    expect(developmentServerArguments({ binary: 'temporal' }, 7233).join(' ')).not.toContain('sqlite');
  });
});

describe('the shared dev server of the tests', () => {
  it('gives a test a namespace of its own, in which workflows can be started at once', async () => {
    const [one, other] = [
      await createNamespace(sharedDevServerAddress()),
      await createNamespace(sharedDevServerAddress()),
    ];
    await withClient(sharedDevServerAddress(), one, (client) => start(client, 'same-id'));
    await withClient(sharedDevServerAddress(), other, (client) => start(client, 'same-id'));
    expect(one).not.toBe(other);
  });
});
