import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { type AccessTokenMemo, accessTokenWorkflowId } from '../../src/contract/access-token';
import { freePort } from '../../src/local/temporal-server';
import { dataConverter } from '../../src/temporal/data-converter';
import { eventually } from '../support/eventually';
import { temporalCliPath } from '../support/temporal-binaries';
import { Shop } from './shop';

const PERSONAL = {
  description: 'Viola da gamba lesson',
  name: 'Hildegard Zwetschkenbaum',
  email: 'hildegard@zwetschkenbaum.example',
  phone: '+390612345678',
  metadata: 'marzipan-for-hildegard',
};

interface ListedWorkflow {
  execution: { workflowId: string };
  type: { name: string };
  searchAttributes: { indexedFields: Record<string, { data: string }> };
}

describe('what people can read', () => {
  let shop: Shop;
  let paymentId: string;
  const secrets: string[] = ['sandbox-secret', 'sandbox-connection'];

  beforeAll(async () => {
    shop = await Shop.open({ ports: { temporalUi: await freePort() } });
    const { description, metadata, ...customer } = PERSONAL;
    const { key, id, reference } = shop.newKey();
    paymentId = id;
    secrets.push(key);
    await shop.sandbox.webhooks(reference, { drop: true });
    await shop.order({ description, metadata: { note: metadata }, customer, reference: 'lesson-7' }, key);
    await shop.sandbox.payer(id, 'approve');
    secrets.push(await shop.payToken(id));
    await shop.callback(shop.callbackUrl(id), { id: 'CHTTEST0001', status: 'GRANTED' });
    await shop.until(id, ['succeeded']);
    secrets.push(await accessToken());
  });
  afterAll(() => shop.close());

  async function accessToken(): Promise<string> {
    const connection = await Connection.connect({ address: shop.system.temporalAddress });
    try {
      const client = new Client({ connection, dataConverter: dataConverter(shop.encryptionKeys()) });
      const keeper = client.workflow.getHandle(accessTokenWorkflowId('droppay', 'quick'));
      const { memo } = await keeper.describe();
      return (memo as unknown as AccessTokenMemo).accessToken.value;
    } finally {
      await connection.close();
    }
  }

  function filesBelow(directory: string): string[] {
    return readdirSync(directory).flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
  }

  it('holds nothing personal and no secret in the database file and in logs', () => {
    const files = filesBelow(shop.directory).filter((path) => /temporal\.sqlite|logs/.test(path));
    expect(files.some((path) => path.endsWith('temporal.sqlite'))).toBe(true);
    const readable = files.flatMap((path) => {
      const bytes = readFileSync(path);
      return [...Object.values(PERSONAL), ...secrets]
        .filter((text) => bytes.includes(text))
        .map((text) => [path, text]);
    });
    expect(readable).toEqual([]);
    const database = Buffer.concat(
      files.filter((path) => path.includes('sqlite')).map((path) => readFileSync(path)),
    );
    expect(database.includes(paymentId)).toBe(true);
  });

  it('keeps memos unreadable without the key', async () => {
    const connection = await Connection.connect({ address: shop.system.temporalAddress });
    try {
      const { workflowExecutionInfo } = await connection.workflowService.describeWorkflowExecution({
        namespace: 'default',
        execution: { workflowId: `payment/${paymentId}` },
      });
      const raw = JSON.stringify(workflowExecutionInfo?.memo);
      const encoded = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '').slice(2, -2);
      for (const text of Object.values(PERSONAL)) expect(raw).not.toContain(encoded(text));
      expect(raw).toContain(Buffer.from('binary/encrypted').toString('base64'));
    } finally {
      await connection.close();
    }
  });

  it('shows status, provider, reference and a summary of every payment to people with the key', async () => {
    const run = promisify(execFile);
    const address = ['--address', shop.system.temporalAddress];
    const listed = await eventually(
      async () => {
        const { stdout } = await run(temporalCliPath(), ['workflow', 'list', '-o', 'json', ...address]);
        return JSON.parse(stdout) as ListedWorkflow[];
      },
      (workflows) => workflows.some(({ execution }) => execution.workflowId === `payment/${paymentId}`),
    );
    const found = listed.find(({ execution }) => execution.workflowId === `payment/${paymentId}`);
    const attribute = (name: string): unknown =>
      JSON.parse(
        Buffer.from(found?.searchAttributes.indexedFields[name]?.data ?? '', 'base64').toString() || 'null',
      );
    expect(found?.type.name).toBe('dropPayPos');
    expect(attribute('HoldfastStatus')).toBe('succeeded');
    expect(attribute('HoldfastProvider')).toBe('droppay-pos');
    expect(attribute('HoldfastReference')).toBe('lesson-7');
    expect(attribute('HoldfastProviderReference')).toMatch(/^CHT/);
    const codec = ['--codec-endpoint', `http://127.0.0.1:${shop.system.ports.codec}`];
    const { stdout } = await run(temporalCliPath(), [
      ...['workflow', 'describe', '-w', `payment/${paymentId}`, '-o', 'json', ...address, ...codec],
    ]);
    expect(stdout).toContain('12.50 EUR');
    expect(stdout).toContain('lesson-7');
  });
});
