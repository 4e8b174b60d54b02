import { residentMib } from '../support/resident-memory';

/** Resident memory of the processes at one moment, in MiB; by process. */
export interface MemorySample {
  at: number;
  megabytes: Record<string, number>;
}

const EVERY_MS = 5_000;

/** Samples the memory of whatever processes there are; nothing where the system does not tell (only Linux does). */
export class MemoryWatch {
  readonly samples: MemorySample[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: () => ReadonlyMap<string, number>) {
    this.sample();
    this.timer = setInterval(() => this.sample(), EVERY_MS);
  }

  stop(): void {
    this.sample();
    clearInterval(this.timer);
  }

  private sample(): void {
    const entries = [...this.pids(), ['harness', process.pid] as const].flatMap(([name, pid]) => {
      const mib = residentMib(pid);
      return mib === null ? [] : [[name, mib] as const];
    });
    if (entries.length > 0) this.samples.push({ at: Date.now(), megabytes: Object.fromEntries(entries) });
  }
}
