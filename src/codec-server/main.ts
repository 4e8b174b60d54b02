import express from 'express';
import { z } from 'zod';
import { readCodecServerConfig } from '../config/index';
import { PayloadEncryption } from '../temporal/payload-encryption';

const PAYLOADS = z.object({
  payloads: z.array(
    z.object({ metadata: z.record(z.string(), z.base64()).default({}), data: z.base64().default('') }),
  ),
});

/**
 * Decrypts payloads for the Temporal UI and CLI. It has no login of its own: whoever reaches it reads payments, so it
 * listens on this machine only unless told otherwise.
 */
function main(): void {
  const { host, port, allowedOrigins, encryptionKeys } = readCodecServerConfig(process.env);
  const codec = new PayloadEncryption(encryptionKeys);
  const app = express().disable('x-powered-by');
  app.use((request, response, next) => {
    const { origin } = request.headers;
    if (origin && allowedOrigins.includes(origin)) {
      response.set({
        'access-control-allow-origin': origin,
        'access-control-allow-headers': 'content-type,x-namespace',
        'access-control-allow-credentials': 'true',
        vary: 'origin',
      });
    }
    if (request.method === 'OPTIONS') response.sendStatus(204);
    else next();
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.post('/decode', express.json({ limit: '8mb' }), (request, response) => {
    const body = PAYLOADS.safeParse(request.body);
    if (!body.success) return void response.status(400).json({ error: z.prettifyError(body.error) });
    const payloads = codec.reveal(body.data.payloads.map(fromJson));
    response.json({
      payloads: payloads.map(({ metadata, data }) => ({
        metadata: mapValues(metadata ?? {}, toBase64),
        data: toBase64(data ?? new Uint8Array()),
      })),
    });
  });
  const server = app.listen(port, host, () =>
    process.stdout.write(`codec server listens on http://${host}:${port}\n`),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
}

function fromJson({ metadata, data }: { metadata: Record<string, string>; data: string }) {
  return { metadata: mapValues(metadata, fromBase64), data: fromBase64(data) };
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

main();
