import { setTimeout as delay } from 'node:timers/promises';
import type { EventReceiver } from './event-receiver';
import { APIS, type Fleet, LINKS, type LinkName, type Member, WORKERS } from './fleet';
import type { SeededRandom } from './seeded-random';

/** What is done to the system. Every act is undone `forMs` later. */
export type Act =
  | { kind: 'kill' | 'pause'; target: Member; forMs: number }
  | { kind: 'cut' | 'black_hole'; target: LinkName; forMs: number }
  | { kind: 'delay'; target: LinkName; forMs: number; delayMs: number }
  | { kind: 'events_fail' | 'events_hang'; target: 'receiver'; forMs: number };

/** An act as it happened. Times are epoch ms. */
export interface DoneAct {
  kind: Act['kind'];
  target: string;
  from: number;
  /** When it was undone, and the system whole again. */
  until: number;
}

export interface NemesisOptions {
  /** How long the system is left alone between two acts. */
  healthyMs: readonly [least: number, most: number];
}

const WEIGHTS = {
  kill: 30,
  pause: 18,
  cut: 18,
  black_hole: 12,
  delay: 12,
  events_fail: 5,
  events_hang: 5,
} as const satisfies Record<Act['kind'], number>;

/** The sandbox keeps its books in memory: killing it would lose the provider's own truth, so it is only paused and cut off. */
const MORTAL: readonly Member[] = ['temporal', ...APIS, ...WORKERS, ...WORKERS];
const PAUSABLE: readonly Member[] = ['temporal', 'sandbox', ...APIS, ...WORKERS];

/** The next act; the same for the same seed. */
export function nextAct(random: SeededRandom): Act {
  const kind = random.weighted<Act['kind']>(WEIGHTS);
  switch (kind) {
    case 'kill':
      return { kind, target: random.pick(MORTAL), forMs: random.whole(0, 3_000) };
    case 'pause':
      return { kind, target: random.pick(PAUSABLE), forMs: random.whole(1_000, 8_000) };
    case 'cut':
      return { kind, target: random.pick(LINKS), forMs: random.whole(100, 5_000) };
    case 'black_hole':
      return { kind, target: random.pick(LINKS), forMs: random.whole(2_000, 8_000) };
    case 'delay':
      return {
        kind,
        target: random.pick(LINKS),
        forMs: random.whole(4_000, 12_000),
        delayMs: random.whole(50, 600),
      };
    case 'events_fail':
    case 'events_hang':
      return { kind, target: 'receiver', forMs: random.whole(1_000, 4_000) };
  }
}

/** Disturbs the system, one act after the other, until it is told to stop. */
export class Nemesis {
  readonly done: DoneAct[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly receiver: EventReceiver,
    private readonly random: SeededRandom,
    private readonly options: NemesisOptions,
    private readonly onAct: (act: Act) => void = () => undefined,
  ) {}

  /** Ends with everything undone, a while after `stop`. */
  async run(stop: AbortSignal): Promise<void> {
    const wait = (ms: number) => delay(ms, undefined, { signal: stop }).catch(() => undefined);
    while (!stop.aborted) {
      await wait(this.random.whole(...this.options.healthyMs));
      if (stop.aborted) break;
      const act = nextAct(this.random);
      this.onAct(act);
      const from = Date.now();
      await this.commit(act);
      await wait(act.forMs);
      await this.undo(act);
      this.done.push({ kind: act.kind, target: act.target, from, until: Date.now() });
    }
    this.receiver.mood = 'takes';
    await this.fleet.restore();
  }

  private async commit(act: Act): Promise<void> {
    switch (act.kind) {
      case 'kill':
        return this.fleet.kill(act.target);
      case 'pause':
        return this.fleet.pause(act.target);
      case 'cut':
        return this.fleet.link(act.target).cut();
      case 'black_hole':
        return this.fleet.link(act.target).blackHole();
      case 'delay':
        return this.fleet.link(act.target).delay(act.delayMs);
      case 'events_fail':
        this.receiver.mood = 'fails';
        return;
      case 'events_hang':
        this.receiver.mood = 'hangs';
        return;
    }
  }

  private async undo(act: Act): Promise<void> {
    switch (act.kind) {
      case 'kill':
        return this.fleet.begin(act.target);
      case 'pause':
        return this.fleet.resume(act.target);
      case 'cut':
      case 'black_hole':
      case 'delay':
        return this.fleet.link(act.target).heal();
      case 'events_fail':
      case 'events_hang':
        this.receiver.mood = 'takes';
    }
  }
}
