import { join } from 'node:path';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { PROVIDER_CALL_SECONDS, PROVIDER_CALL_SECONDS_BUCKETS } from '../activities/provider-call-metrics';
import { activitiesOf } from '../activities/index';
import { watchClocks } from './clock-offset';
import { ConfigError, readWorkerConfig, type WorkerConfig } from '../config/index';
import { EVENTS_GIVEN_UP, LONG_HISTORIES, PAID_TWICE } from '../contract/metrics';
import { EVENTS_WORKFLOW, LATE_WORKFLOW, TASK_QUEUE, WORKFLOW_TYPES } from '../contract/workflow';
import { loggableError } from './loggable-error';
import { createPaymentWorkers } from './payment-workers';
import { accountsOutside } from '../config/connections';
import { connectWorker } from '../temporal/connection';
import { beginsWithPatch, unknownPatches } from '../workflows/patches';

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const log = pino({
    name: 'worker',
    level: config.logLevel,
    // The SDK logs why a call or a workflow task failed under this name.
    serializers: { error: (error: unknown) => loggableError(error) },
  });
  installRuntime(config, log);
  if (!config.production) {
    for (const account of accountsOutside(config.connections)) {
      log.warn(
        { account },
        'development with a provider that is not the sandbox on this machine: its money may be real',
      );
    }
  }
  for (const patch of unknownPatches(config.heldPatches)) {
    log.warn({ patch }, 'HOLDFAST_HELD_PATCHES names a patch that this release does not have');
  }
  showClocks(log);
  const { connection, namespace, client } = await connectWorker(process.env, config.encryptionKeys);
  showFromZero(namespace);
  const workers = await createPaymentWorkers({
    connection,
    namespace,
    keyRing: config.encryptionKeys,
    activities: activitiesOf(config, client),
    providerLimits: config.providerLimits,
    cachedWorkflows: config.cachedWorkflows,
    deployment: config.deployment,
    beginsWith: (patchId) => beginsWithPatch(patchId, config.heldPatches),
    workflowBundlePath: config.production ? join(__dirname, '..', 'workflow-bundle.js') : undefined,
  });
  try {
    await workers.run();
  } finally {
    await connection.close();
  }
}

/** The SDK's own logs in ours, and its metrics for Prometheus. It stops the worker on SIGINT and SIGTERM by itself. */
function installRuntime(config: WorkerConfig, log: pino.Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      log[LEVELS[level]]({ ...meta }, message);
    }),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} },
      metrics: {
        prometheus: {
          bindAddress: `${config.production ? '0.0.0.0' : '127.0.0.1'}:${config.metricsPort}`,
          histogramBucketOverrides: { [PROVIDER_CALL_SECONDS]: PROVIDER_CALL_SECONDS_BUCKETS },
        },
      },
    },
  });
}

/** How far our clock is from those of the servers that are called: providers, and the backend that takes events. */
function showClocks(log: pino.Logger): void {
  const offset = Runtime.instance().metricMeter.createGauge('holdfast_clock_offset_seconds', 'float');
  // The SDK's gauges take no value below zero.
  watchClocks(
    (server, secondsAhead) => offset.set(Math.abs(secondsAhead), { server }),
    (error) => log.warn({ error }, 'clocks could not be compared'),
  );
}

/** With the labels that the SDK gives to what workflows count. */
function showFromZero(namespace: string): void {
  const meter = Runtime.instance().metricMeter.withTags({ namespace, taskQueue: TASK_QUEUE });
  meter.createCounter(EVENTS_GIVEN_UP).add(0, { workflowType: EVENTS_WORKFLOW });
  for (const workflowType of [...Object.values(WORKFLOW_TYPES), LATE_WORKFLOW]) {
    meter.createCounter(LONG_HISTORIES).add(0, { workflowType });
    meter.createCounter(PAID_TWICE).add(0, { workflowType });
  }
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
