import { createServer } from 'node:http';
import { pino } from 'pino';
import { ConfigError, readApiConfig } from '../config/index';
import { connectClient } from '../temporal/connection';
import { createApp } from './app';

/** Open requests get this long to finish after a stop was asked for; longer than the longest answer. */
const STOP_PATIENCE_MS = 20_000;

const SECOND = 1_000;

/** How long a client may take to send a request, which is at most 64 KiB. Proxies keep idle connections for a minute. */
const TIMES = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 20 * SECOND,
  keepAliveTimeout: 65 * SECOND,
};

/** Far more than can be served at once: held reads mostly wait. About 100 MB when all are taken. */
const MOST_CONNECTIONS = 4_000;

async function main(): Promise<void> {
  const config = readApiConfig(process.env);
  const logger = pino({ level: config.logLevel, name: 'api' });
  const client = await connectClient(process.env, config.encryptionKeys);
  const stopping = new AbortController();
  const app = createApp({ client, settings: config, logger, stopping: stopping.signal });
  const server = createServer(TIMES, (request, response) => void app(request, response));
  server.maxConnections = MOST_CONNECTIONS;

  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(config.port, listening);
  });
  logger.info({ address: server.address(), publicUrl: config.publicUrl }, 'listening');

  const signal = await new Promise<string>((stop) => {
    for (const name of ['SIGINT', 'SIGTERM']) process.once(name, stop);
  });
  logger.info({ signal }, 'stopping');
  stopping.abort();
  const patience = setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS);
  await new Promise((closed) => server.close(closed));
  clearTimeout(patience);
  await client.connection.close();
}

main().catch((error: unknown) => {
  const message = error instanceof ConfigError ? error.message : `the API cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
});
