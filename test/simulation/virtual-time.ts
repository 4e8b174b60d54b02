/** What is to happen, in the order of virtual time. Nothing waits for a real clock. */
export class Agenda {
  private readonly heap: Entry[] = [];
  private entries = 0;
  /** Epoch milliseconds. */
  now: number;

  constructor(start: number) {
    this.now = start;
  }

  /** When the next thing happens; Infinity when nothing does. */
  get next(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  /** Plans something; it may be taken back. Of two things at the same time the one that was planned first comes first. */
  at(time: number, run: () => void | Promise<void>): Entry {
    const entry = { at: Math.max(time, this.now), order: (this.entries += 1), run, cancelled: false };
    this.heap.push(entry);
    this.up(this.heap.length - 1);
    return entry;
  }

  after(delay: number, run: () => void | Promise<void>): Entry {
    return this.at(this.now + delay, run);
  }

  /** Resolves after so much virtual time. */
  pause(delay: number): Promise<void> {
    return new Promise((resolve) => void this.after(delay, resolve));
  }

  /** Lets the next thing happen, and everything that follows from it without more time. */
  async step(): Promise<void> {
    const entry = this.pop();
    if (!entry || entry.cancelled) return;
    this.now = Math.max(this.now, entry.at);
    await entry.run();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }

  private pop(): Entry | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (first && last && first !== last) {
      this.heap[0] = last;
      this.down(0);
    }
    return first;
  }

  private up(index: number): void {
    const parent = (index - 1) >> 1;
    if (index === 0 || !this.before(index, parent)) return;
    this.swap(index, parent);
    this.up(parent);
  }

  private down(index: number): void {
    const children = [2 * index + 1, 2 * index + 2].filter((child) => child < this.heap.length);
    const first = children.reduce((best, child) => (this.before(child, best) ? child : best), index);
    if (first === index) return;
    this.swap(index, first);
    this.down(first);
  }

  private before(a: number, b: number): boolean {
    const [one, other] = [this.heap[a] as Entry, this.heap[b] as Entry];
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b] as Entry, this.heap[a] as Entry];
  }
}

export interface Entry {
  at: number;
  order: number;
  run: () => void | Promise<void>;
  cancelled: boolean;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to below `sides`. */
  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }
}
