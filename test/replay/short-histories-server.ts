import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { startProcess } from '../../src/local/processes';
import { developmentServerArguments, freePort } from '../../src/local/temporal-server';
import { temporalCliPath } from '../support/temporal-binaries';

/** A dev server that suggests to continue as new after few events; the time-skipping server never does. */
export async function startShortHistoriesServer(): Promise<{ address: string; stop(): Promise<void> }> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const binary = temporalCliPath();
  const { stop } = await startProcess({
    name: 'A dev server that wants short histories',
    command: binary,
    args: developmentServerArguments({ binary }, port).concat(
      '--dynamic-config-value',
      'limit.historyCount.suggestContinueAsNew=60',
    ),
    logFile: join(tmpdir(), `temporal-short-histories-${randomUUID()}.log`),
    readyWhen: async () => {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return true;
    },
  });
  return { address, stop };
}
