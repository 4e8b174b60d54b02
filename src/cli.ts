import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { takeDropPayPayment, timelineLines } from './demo';
import { LocalSystem, type LocalSystemOptions } from './local-system';
import { stopAllProcesses, stopAllProcessesOnSignal } from './processes';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function demo(): Promise<void> {
  const began = Date.now();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-demo-'));
  const system = await startSystem({ temporal: temporal(), directory });
  say('');
  const { payment, timeline, charges, asExpected } = await takeDropPayPayment(system, say);
  say(`\nTimeline of ${payment.id}`);
  for (const line of timelineLines(timeline)) say(`  ${line}`);
  say(`\nHoldfast says ${payment.status}; the provider's ledger has ${charges.length} charge(s).`);
  await system.stop();
  say(
    asExpected
      ? `Done in ${seconds(began)} s. Next: npm start`
      : `This is not as it should be. Logs: ${directory}`,
  );
  process.exitCode = asExpected ? 0 : 1;
}

async function start(): Promise<void> {
  const directory = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'holdfast',
    'local-system',
  );
  const ports = { api: 3000, sandbox: 4000, temporal: 7233, temporalUi: 8233, codec: 8234, metrics: 9464 };
  const system = await startSystem({ temporal: temporal(), directory, ports, onDisk: true });
  say(`
Holdfast is up. Ctrl-C stops it.

  API          ${system.apiUrl}        docs: ${system.apiUrl}/docs
  API key      ${system.apiKey}
  Sandbox      ${system.sandboxUrl}    stands for the payment companies
  Temporal UI  ${system.temporalUiUrl ?? '-'}
  Logs, data   ${directory}

  curl -s ${system.apiUrl}/v1/payments -H 'Authorization: Bearer ${system.apiKey}' \\
    -H 'Idempotency-Key: order-1' -H 'Content-Type: application/json' \\
    -d '{"provider":"droppay-pos","amount":1250,"currency":"EUR","reference":"order-1","description":"Two tickets"}'

Open the answer's checkoutUrl and pay in the sandbox's page.`);
}

/** Every process ends with this one, and on the first Ctrl-C in reverse order. */
async function startSystem(options: Omit<LocalSystemOptions, 'inherited'>): Promise<LocalSystem> {
  stopAllProcessesOnSignal(() => say('\nStopping …'));
  const began = Date.now();
  return LocalSystem.start({
    ...options,
    inherited: process.env,
    onStep: (step) => say(`[${seconds(began)} s] ${step}`),
  });
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1_000).toFixed(1);
}

/** `TEMPORAL_ADDRESS` names a cluster to use; without it this system has a dev server of its own. */
function temporal(): LocalSystemOptions['temporal'] {
  if (process.env['TEMPORAL_ADDRESS']) {
    const settings = Object.entries(process.env).filter((entry): entry is [string, string] =>
      entry[0].startsWith('TEMPORAL_'),
    );
    return { settings: Object.fromEntries(settings) };
  }
  const binary = process.env['TEMPORAL_CLI_PATH'];
  if (binary) return { binary };
  throw new Error(
    'TEMPORAL_CLI_PATH is not set: use `npm run demo` or `npm start`, which find or fetch the Temporal CLI',
  );
}

const program = new Command('holdfast').description('Runs Holdfast on this machine');
program
  .command('demo')
  .description('takes one payment with the sandbox and shows what happened')
  .action(demo);
program.command('start').description('keeps the whole system running').action(start);
program.parseAsync().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stopAllProcesses();
  process.exitCode = 1;
});
