import './shared-dev-server.setup';

module.exports = async function stopSharedDevServer(): Promise<void> {
  await globalThis.sharedDevServer?.stop();
};
