import type { DevelopmentServer } from '../../src/local/temporal-server';
import { SHARED_DEV_SERVER_ADDRESS, startDevServer } from './temporal-servers';

declare global {
  var sharedDevServer: DevelopmentServer | undefined;
}

/** Starts one dev server for the whole run; its address reaches the test files by their environment. */
module.exports = async function startSharedDevServer(): Promise<void> {
  globalThis.sharedDevServer = await startDevServer();
  process.env[SHARED_DEV_SERVER_ADDRESS] = globalThis.sharedDevServer.address;
};
