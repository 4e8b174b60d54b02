import {
  DefaultLogger,
  makeTelemetryFilterString,
  type ReplayResult,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { dataConverter } from '../../src/temporal/data-converter';
import { RECORDING_KEYS, type RecordedHistory } from './recorded-histories';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

/** Runs the workflows of that file over histories; answers those that took another way than then. */
export async function brokenBy(
  workflowsPath: string,
  histories: readonly RecordedHistory[],
): Promise<ReplayResult[]> {
  const replays = Worker.runReplayHistories(
    { workflowsPath, dataConverter: dataConverter(RECORDING_KEYS) },
    histories.map(({ name, history }) => ({ workflowId: name, history })),
  );
  const results: ReplayResult[] = [];
  for await (const result of replays) results.push(result);
  expect(results).toHaveLength(histories.length);
  return results.filter(({ error }) => error);
}
