import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { outcomeTable, timelineLines } from './demo/report';
import { runDemo } from './demo/run-demo';
import { LocalSystem, type LocalSystemOptions } from './system';
import { stopAllProcesses, stopAllProcessesOnSignal } from './processes';
import { freePort } from './temporal-server';
import { serveTryItPage } from './try-it/server';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function demo(): Promise<void> {
  const began = Date.now();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-demo-'));
  const system = await startSystem({ temporal: temporal(), directory });
  say('');
  const outcomes = await runDemo(system, say);
  say('');
  for (const line of outcomeTable(outcomes)) say(line);
  const told = outcomes.find(({ refund }) => refund) ?? outcomes[0];
  say(`\nTimeline of ${told?.story.order.reference} (${told?.story.order.provider})`);
  for (const line of timelineLines(told?.timeline ?? [])) say(`  ${line}`);
  await system.stop();
  const problems = outcomes.flatMap(({ story, problems }) =>
    problems.map((problem) => `${story.order.reference} (${story.order.provider}): ${problem}`),
  );
  if (problems.length > 0) {
    say(`\nNot as it should be:\n- ${problems.join('\n- ')}\nLogs: ${directory}`);
    process.exitCode = 1;
    return;
  }
  rmSync(directory, { recursive: true, force: true });
  say(
    `\nEvery payment ended as it should, and the ledgers of the sandbox agree: one charge for each that was`,
  );
  say(`paid, none for the others. Done in ${seconds(began)} s. Next: npm start`);
}

interface StartOptions {
  freePorts?: true;
}

const PORTS = {
  ...{ api: 3000, tryIt: 3001, sandbox: 4000, receiver: 4100 },
  ...{ temporal: 7233, temporalUi: 8233, codec: 8234, metrics: 9464 },
};

async function start({ freePorts }: StartOptions): Promise<void> {
  const directory = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'holdfast',
    'local-system',
  );
  const { tryIt, ...ports } = freePorts ? { tryIt: 0, temporalUi: await freePort() } : PORTS;
  const system = await startSystem({ temporal: temporal(), directory, ports, onDisk: true });
  const page = await serveTryItPage(system, tryIt);
  say(`
Holdfast is up. Ctrl-C stops it.

  Try it       ${page.url}        take a payment, be the payer, see what happens
  API          ${system.apiUrl}        docs: ${system.apiUrl}/docs
  API key      ${system.apiKey}
  Sandbox      ${system.sandboxUrl}        stands for the payment companies
  Events       ${system.receivedEventsUrl ?? '-'}        what a backend is told
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
  .description('takes payments with every provider of the sandbox and shows what happened')
  .action(demo);
program
  .command('start')
  .description('keeps the whole system running, with a page to try it on')
  .option('--free-ports', 'takes whatever ports are free instead of the usual ones')
  .action(start);
program.parseAsync().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stopAllProcesses();
  process.exitCode = 1;
});
