import { Connection } from '@temporalio/client';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';
import { temporalCliPath } from '../support/temporal-binaries';
import { sharedDevServerAddress } from '../support/temporal-servers';

const SCRIPT = join(__dirname, '../../deploy/create-namespace.sh');
const DAYS_30 = 30 * 24 * 3600;

let bin: string;

beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'holdfast-namespace-'));
  const cli = temporalCliPath();
  if (isAbsolute(cli)) symlinkSync(cli, join(bin, 'temporal'));
});

afterAll(() => rmSync(bin, { recursive: true }));

function createNamespace(namespace: string) {
  const env = {
    HOME: bin,
    PATH: `${bin}:${process.env['PATH']}`,
    TEMPORAL_ADDRESS: sharedDevServerAddress(),
    TEMPORAL_NAMESPACE: namespace,
  };
  return promisify(execFile)('sh', [SCRIPT], { env });
}

it('makes a namespace with its retention and search attributes, and does no harm when run again', async () => {
  const namespace = `made-${randomUUID().slice(0, 8)}`;
  await createNamespace(namespace);
  await createNamespace(namespace);
  const connection = await Connection.connect({ address: sharedDevServerAddress() });
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(DAYS_30);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const names = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name);
    expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(names));
  } finally {
    await connection.close();
  }
});
