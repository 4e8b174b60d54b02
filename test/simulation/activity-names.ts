import type { Client } from '@temporalio/client';
import { activitiesOf } from '../../src/activities/index';
import { readConnections } from '../../src/config/connections';
import { DEVELOPMENT_DEFAULTS } from '../../src/config/development-defaults';
import type { WorkerConfig } from '../../src/config/index';

/** The names of all activities that workers offer, so that a workflow may ask for them. */
export function activityNames(): string[] {
  const connections = readConnections(DEVELOPMENT_DEFAULTS, []);
  const config = { connections, eventsUrl: null, eventsSecrets: [] } as unknown as WorkerConfig;
  return Object.keys(activitiesOf(config, {} as Client));
}
