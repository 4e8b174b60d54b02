import { createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './run-command.mjs';

const ANSWER_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/**
 * Downloads a program from Temporal's own archive (the one its SDKs use) and puts it at `target` in one go. Fails
 * within seconds when the archive is out of reach.
 * @param {{artifact: string, version: string, target: string, report: (detail: string) => void}} options
 */
export async function downloadFromTemporal({ artifact, version, target, report }) {
  const { archiveUrl, fileToExtract } = await archiveInfo(artifact, version);
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.download-'));
  try {
    const archive = join(work, 'archive');
    await save(archiveUrl, archive, report);
    await runCommand('tar', ['-xzf', archive, '-C', work]);
    renameSync(join(work, fileToExtract), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function archiveInfo(artifact, version) {
  const query = new URLSearchParams({ arch: architecture(), platform: process.platform, format: 'tar.gz' });
  const url = `https://temporal.download/${artifact}/${version}?${query}`;
  const response = await get(url, ANSWER_TIMEOUT_MS);
  return response.json();
}

function architecture() {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

async function save(url, file, report) {
  const response = await get(url, DOWNLOAD_TIMEOUT_MS);
  const total = Number(response.headers.get('content-length'));
  let received = 0;
  const count = new Transform({
    transform(chunk, _, done) {
      received += chunk.length;
      report(`downloaded ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file));
}

const megabytes = (bytes) => Math.round(bytes / 1e6);

async function get(url, timeoutMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error) => {
    throw new Error(`${new URL(url).host} is out of reach (${error.cause?.code ?? error.message})`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}
