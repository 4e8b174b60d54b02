import { z } from 'zod';
import { startSandbox } from './server';

const settingsSchema = z.object({
  HOLDFAST_SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOLDFAST_SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  HOLDFAST_SANDBOX_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOLDFAST_SANDBOX_PAYERMAX_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOLDFAST_SANDBOX_POMELO_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOLDFAST_SANDBOX_ETPAY_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOLDFAST_SANDBOX_ALLOW_LOOPBACK_HTTP_WEBHOOKS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

async function main(): Promise<void> {
  const settings = settingsSchema.safeParse(process.env);
  if (!settings.success) {
    const problems = settings.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The sandbox cannot start with these settings:\n${problems.join('\n')}`);
  }
  const publicUrl = settings.data.HOLDFAST_SANDBOX_PUBLIC_URL;
  const sandbox = await startSandbox({
    port: settings.data.HOLDFAST_SANDBOX_PORT,
    host: settings.data.HOLDFAST_SANDBOX_HOST,
    allowLoopbackHttpWebhooks: settings.data.HOLDFAST_SANDBOX_ALLOW_LOOPBACK_HTTP_WEBHOOKS,
    registeredWebhooks: {
      payermax: settings.data.HOLDFAST_SANDBOX_PAYERMAX_WEBHOOK_URL,
      pomelo: settings.data.HOLDFAST_SANDBOX_POMELO_WEBHOOK_URL,
      etpay: settings.data.HOLDFAST_SANDBOX_ETPAY_WEBHOOK_URL,
    },
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  process.stdout.write(`sandbox listens on ${sandbox.url}\n`);
  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const fix = message.includes('EADDRINUSE') ? ' Free the port or set HOLDFAST_SANDBOX_PORT to another.' : '';
  process.stderr.write(`${message}${fix}\n`);
  process.exit(1);
}

main().catch(fail);
