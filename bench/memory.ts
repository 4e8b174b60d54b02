import { residentMib } from '../test/support/resident-memory';

/** Resident memory of one process at one moment: ms since the run began, and MiB. */
export interface MemorySample {
  at: number;
  process: string;
  mib: number;
}

const EVERY_MS = 5_000;

/** Notes the resident memory of processes until it is stopped. Linux only: elsewhere it notes nothing. */
export class MemoryWatch {
  readonly samples: MemorySample[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly processes: Readonly<Record<string, number>>,
    private readonly began: number,
  ) {
    this.note();
    this.timer = setInterval(() => this.note(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.note();
  }

  private note(): void {
    for (const [process, pid] of Object.entries(this.processes)) {
      const mib = residentMib(pid);
      if (mib !== null) this.samples.push({ at: Date.now() - this.began, process, mib });
    }
  }
}
