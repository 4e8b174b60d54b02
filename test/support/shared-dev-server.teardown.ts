import './shared-dev-server.setup';

module.exports = async function stopSharedDevServer(): Promise<void> {
  console.error('teardown', typeof globalThis.sharedDevServer);
  await globalThis.sharedDevServer?.stop();
  console.error('stopped', process.getActiveResourcesInfo());
};
