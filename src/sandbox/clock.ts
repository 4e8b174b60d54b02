interface ScheduledTask {
  readonly atMs: number;
  readonly run: () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The sandbox's own time: real time plus whatever was added through control. All instants are epoch
 * milliseconds.
 */
export class SandboxClock {
  private offsetMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly tasks = new Set<ScheduledTask>();

  constructor(private readonly readRealMs: () => number = Date.now) {}

  now(): number {
    return this.readRealMs() + this.offsetMs;
  }

  /** Moves the clock forward and runs everything that falls due. */
  advance(byMs: number): void {
    this.offsetMs += byMs;
    this.runDue();
  }

  /** Runs `run` once the clock reaches `atMs`; the returned function takes it back. */
  schedule(atMs: number, run: () => void): () => void {
    const task = { atMs, run };
    this.tasks.add(task);
    this.arm();
    return () => {
      this.tasks.delete(task);
    };
  }

  /** Runs due tasks now: a call that arrives before the timer fires must not see the past. */
  runDue(): void {
    const now = this.now();
    const due = [...this.tasks].filter((task) => task.atMs <= now).sort((a, b) => a.atMs - b.atMs);
    for (const task of due) if (this.tasks.delete(task)) task.run();
    this.arm();
  }

  /** Back to real time, with nothing scheduled. */
  reset(): void {
    this.offsetMs = 0;
    this.tasks.clear();
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    let next = Infinity;
    for (const task of this.tasks) next = Math.min(next, task.atMs);
    if (next === Infinity) return;
    const waitMs = Math.min(Math.max(next - this.now(), 1), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.runDue(), waitMs).unref();
  }
}
