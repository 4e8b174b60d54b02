import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderId } from '../src/domain/payment';
import type { LocalSystem } from '../src/local/system';
import { callsOfCompany, underTest } from '../test/companies/index';
import type { MemorySample, MemoryWatch } from './memory';
import type { Accepted, Traffic } from './traffic';

/** A started system and what watches it. */
export interface Run {
  system: LocalSystem;
  traffic: Traffic;
  memory: MemoryWatch;
  say: (line: string) => void;
  cores: number;
}

/** A part of a run, in ms since it began. */
export interface Phase {
  name: string;
  from: number;
  to: number;
}

export interface Measured {
  traffic: Traffic;
  phases: Phase[];
  memory: readonly MemorySample[];
  /** Payments a second that the machine carries, load generator included. */
  capacity: number;
  /** Accepted payments that had not ended when the run did. */
  open: Accepted[];
  cores: number;
}

export interface OutageOptions {
  provider: ProviderId;
  minutes: number;
  /** Payments a second; null: a part of the capacity. */
  rate: number | null;
  oneQueue: boolean;
  concurrency: number;
  /** Most calls a second to the provider that hangs; null: no limit. */
  callsPerSecond: number | null;
  /** What the files of the results are called. */
  name: string;
}

export type MeasuredOutage = Measured & { options: OutageOptions & { rate: number } };

/** Those whose payer's part is one call: their load is alike. */
const PROVIDERS: readonly ProviderId[] = ['droppay-pos', 'payermax', 'pomelo', 'etpay'];
const CLIENTS = 16;
const WARM_UP_S = 10;
const CAPACITY_S = 20;
const PART_IN_CALM = 0.4;
/** Temporal, the sandbox and the payers take their part of the machine, and what waits for the provider is added to it. */
const PART_IN_OUTAGE = 0.25;
const TIMES_CAPACITY = 10;
const CALM_S = 30;
const RECOVERY_S = 60;
/** What was begun before the calm must not slow it. */
const PAUSE_MS = 20_000;
/** A charge whose answer was lost is settled when its pay token is dead (docs/providers/droppay.md §6), and made again then. */
const DRAIN_MS = 25 * 60_000;
/** The capacity, ten times of it, and whether everything is as before afterwards. */
export async function measureOverload(run: Run, seconds: number): Promise<Measured> {
  const { traffic } = run;
  const capacity = await capacityOf(run);
  const phases: Phase[] = [];
  const calm = capacity * PART_IN_CALM;
  await calmPhase(run, phases, CALM_S, calm);
  await phase(run, phases, 'overload', seconds, capacity * TIMES_CAPACITY);
  await phase(run, phases, 'recovery', RECOVERY_S, calm);
  return ended(run, phases, capacity, await traffic.drained(DRAIN_MS, run.say));
}

/** Calm, one provider that hangs while everybody goes on asking for it, and recovery. */
export async function measureOutage(run: Run, options: OutageOptions): Promise<MeasuredOutage> {
  const { provider, minutes } = options;
  const capacity = options.rate === null ? await capacityOf(run) : Number.NaN;
  if (options.rate !== null) await run.traffic.closedLoop(PROVIDERS, CLIENTS, WARM_UP_S);
  const rate = options.rate ?? capacity * PART_IN_OUTAGE;
  const phases: Phase[] = [];
  await calmPhase(run, phases, (minutes * 60) / 2, rate);
  await faults(run, provider, true);
  await phase(run, phases, 'outage', minutes * 60, rate);
  await faults(run, provider, false);
  await phase(run, phases, 'recovery', (minutes * 60) / 2, rate);
  const open = await run.traffic.drained(DRAIN_MS, run.say);
  return { ...ended(run, phases, capacity, open), options: { ...options, rate } };
}

async function capacityOf({ traffic, say }: Run): Promise<number> {
  say(`warming up for ${WARM_UP_S} s, then measuring the capacity for ${CAPACITY_S} s`);
  await traffic.closedLoop(PROVIDERS, CLIENTS, WARM_UP_S);
  const capacity = await traffic.closedLoop(PROVIDERS, CLIENTS, CAPACITY_S);
  say(`capacity: ${capacity.toFixed(1)} payments a second`);
  return capacity;
}

async function calmPhase(run: Run, phases: Phase[], seconds: number, rate: number): Promise<void> {
  await sleep(PAUSE_MS);
  await phase(run, phases, 'calm', seconds, rate);
}

async function phase(run: Run, phases: Phase[], name: string, seconds: number, rate: number): Promise<void> {
  const { traffic, say } = run;
  say(`${name}: ${rate.toFixed(1)} payments a second for ${seconds} s`);
  const from = traffic.elapsed;
  const progress = setInterval(
    () =>
      say(
        `${name}: ${Math.round((traffic.elapsed - from) / 1_000)} of ${seconds} s, ${traffic.unfinished} under way`,
      ),
    15_000,
  );
  await traffic.openLoop(PROVIDERS, rate, seconds);
  clearInterval(progress);
  phases.push({ name, from, to: traffic.elapsed });
}

/** Every call of the company hangs, or none. */
async function faults({ system, say }: Run, provider: ProviderId, hang: boolean): Promise<void> {
  const { company } = underTest(provider);
  const control = `${system.sandboxUrl}/control/${company}`;
  say(`${provider} ${hang ? 'hangs' : 'answers again'}`);
  if (!hang) {
    await expectOk(await fetch(`${control}/faults`, { method: 'DELETE' }));
    return;
  }
  for (const call of callsOfCompany(company)) {
    const body = JSON.stringify({ call, kind: 'hang', times: null });
    const headers = { 'content-type': 'application/json' };
    await expectOk(await fetch(`${control}/faults`, { method: 'POST', headers, body }));
  }
}

async function expectOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
  return response;
}

function ended(
  { traffic, memory, cores }: Run,
  phases: Phase[],
  capacity: number,
  open: Accepted[],
): Measured {
  memory.stop();
  return { traffic, phases, memory: memory.samples, capacity, open, cores };
}
