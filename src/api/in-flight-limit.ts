import { type Problem, temporarilyUnavailable } from './problem';

/** What is limited apart, so that one kind in excess leaves room for the others. */
export const KINDS_OF_WORK = ['create', 'update', 'read', 'callback', 'health'] as const;
export type KindOfWork = (typeof KINDS_OF_WORK)[number];

/** At most so many pieces of work of one kind at once. What is beyond is refused at once, not queued. */
export class InFlightLimit {
  private count = 0;

  /** @param onRefused told of each refusal */
  constructor(
    private readonly most: number,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  get inFlight(): number {
    return this.count;
  }

  /** @throws Problem temporarily_unavailable when there is no room */
  assertRoom(): void {
    if (this.count < this.most) return;
    this.onRefused();
    throw tooBusy();
  }

  /** @throws Problem temporarily_unavailable when there is no room: then nothing was begun */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.assertRoom();
    this.count += 1;
    try {
      return await work();
    } finally {
      this.count -= 1;
    }
  }
}

/** Spread, so that those who were refused together do not come back together. */
function tooBusy(): Problem {
  const seconds = 1 + Math.floor(Math.random() * 5);
  return temporarilyUnavailable('too much at once: nothing was started; try again', seconds);
}

/** A limit for each kind of work. */
export type InFlightLimits = Readonly<Record<KindOfWork, InFlightLimit>>;

/** Reading and telling cost Temporal a tenth of what a payment does. */
const LIGHT_WORK_FACTOR = 4;

/** @param most creates, and likewise other updates, that no worker has taken on yet */
export function inFlightLimits(most: number, onRefused?: (kind: KindOfWork) => void): InFlightLimits {
  const limit = (kind: KindOfWork, limited: number) => new InFlightLimit(limited, () => onRefused?.(kind));
  return {
    create: limit('create', most),
    update: limit('update', most),
    read: limit('read', LIGHT_WORK_FACTOR * most),
    callback: limit('callback', LIGHT_WORK_FACTOR * most),
    health: limit('health', LIGHT_WORK_FACTOR),
  };
}
