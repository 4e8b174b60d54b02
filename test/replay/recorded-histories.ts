import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { type History, historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Payment } from '../../src/domain/payment';
import type { Refund } from '../../src/domain/refund';
import { type EncryptionKey, PayloadEncryption } from '../../src/temporal/payload-encryption';

/** What the histories are encrypted with. No secret: anybody may read what was recorded. */
export const RECORDING_KEYS: readonly EncryptionKey[] = [
  { id: 'recorded-histories', key: Buffer.from('public-key-of-recorded-histories') },
];

const FOLDER = join(__dirname, 'histories');
const EXTENSION = '.json';

export interface RecordedHistory {
  /** The outcome that it shows. */
  name: string;
  history: History;
}

/** Names of all committed histories, sorted. */
export function recordedNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(EXTENSION));
  return files.map((file) => basename(file, EXTENSION)).sort();
}

/** All committed histories. */
export function recordedHistories(): RecordedHistory[] {
  return recordedNames().map(recordedHistory);
}

/** The committed history of one outcome. */
export function recordedHistory(name: string): RecordedHistory {
  return { name, history: historyFromJSON(JSON.parse(readFileSync(fileOf(name), 'utf8'))) };
}

/** Writes a history, one event a line, in place of the one that is there. */
export function writeHistory(name: string, history: History): void {
  const { events } = JSON.parse(historyToJSON(history), withoutMachine) as { events: unknown[] };
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  writeFileSync(fileOf(name), `{"events":[\n${lines}\n]}\n`);
}

/** Removes the histories of outcomes that no longer exist. */
export function keepOnly(names: readonly string[]): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of recordedNames()) if (!names.includes(name)) rmSync(fileOf(name));
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}${EXTENSION}`);
}

/** Every state of the payment that its history has published, in order. */
export function paymentsShownBy(history: History): Promise<Payment[]> {
  return memosOf<Payment>(history, 'payment');
}

/** Every state of a payment's refunds that their history has published, in order. */
export function refundsShownBy(history: History): Promise<Refund[][]> {
  return memosOf<Refund[]>(history, 'refunds');
}

/** The activities that a history scheduled, in order. */
export function activitiesOf({ events }: History): string[] {
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
}

async function memosOf<T>({ events }: History, field: string): Promise<T[]> {
  const shown = (events ?? []).flatMap(
    ({ workflowPropertiesModifiedEventAttributes: change }) => change?.upsertedMemo?.fields?.[field] ?? [],
  );
  const plain = await new PayloadEncryption(RECORDING_KEYS).decode(shown);
  return plain.map((payload) => defaultPayloadConverter.fromPayload<T>(payload));
}

/** Process id and host name of who recorded are nobody's business, and would change every line at every recording. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'identity') return 'recorder';
  if (isStickyQueue(value)) return { ...value, name: 'recorder-sticky-queue' };
  return value;
}

function isStickyQueue(value: unknown): value is { kind: string; name: string } {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY'
  );
}
