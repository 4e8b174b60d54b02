import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { dataConverter } from './data-converter';
import type { EncryptionKey } from './payload-encryption';
import { registerSearchAttributes } from './search-attributes';

/** Where Temporal is: the process environment or a Temporal configuration file, as `@temporalio/envconfig` reads them. */
export type TemporalEnvironment = Record<string, string | undefined>;

/**
 * Connects a client that encrypts everything and makes sure that the namespace knows our search attributes.
 * @throws TransportError or ServiceError when the cluster cannot be reached
 */
export async function connectClient(
  environment: TemporalEnvironment,
  keyRing: readonly EncryptionKey[],
): Promise<Client> {
  const { connectionOptions, namespace = 'default' } = temporalSettings(environment);
  const connection = await Connection.connect(connectionOptions);
  await registerSearchAttributes(connection, namespace);
  return new Client({ connection, namespace, dataConverter: dataConverter(keyRing) });
}

/** The worker's own connection, and a client over it for activities that talk to other workflows. */
export async function connectWorker(
  environment: TemporalEnvironment,
  keyRing: readonly EncryptionKey[],
): Promise<{ connection: NativeConnection; namespace: string; client: Client }> {
  const { connectionOptions, namespace = 'default' } = temporalSettings(environment);
  const connection = await NativeConnection.connect(connectionOptions);
  await registerSearchAttributes(connection, namespace);
  return {
    connection,
    namespace,
    client: new Client({ connection, namespace, dataConverter: dataConverter(keyRing) }),
  };
}

/** Address, credentials and namespace, as `@temporalio/envconfig` reads them. */
export function temporalSettings(environment: TemporalEnvironment) {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return loadClientConnectConfig({ overrideEnvVars });
}
