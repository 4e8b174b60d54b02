import { readFileSync } from 'node:fs';

/** Resident memory of the processes at one moment, in megabytes; by process. */
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
      const megabytes = residentMegabytes(pid);
      return megabytes === null ? [] : [[name, megabytes] as const];
    });
    if (entries.length > 0) this.samples.push({ at: Date.now(), megabytes: Object.fromEntries(entries) });
  }
}

function residentMegabytes(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}
