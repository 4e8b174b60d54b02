import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const CHECKOUT = join(__dirname, '../..');

/** How a command ended, and all that it printed. */
export interface Outcome {
  status: number | null;
  output: string;
}

/** What a commit would hold, in a folder of its own that may be spoilt; without the recorded histories. */
export class CheckoutCopy {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-checkout-'));

  constructor() {
    const options = ['-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', ['ls-files', ...options], { cwd: CHECKOUT, encoding: 'utf8' });
    for (const file of listed.split('\0')) {
      const wanted = file !== '' && !file.startsWith('test/replay/histories/');
      if (!wanted || !existsSync(join(CHECKOUT, file))) continue;
      mkdirSync(join(this.path, dirname(file)), { recursive: true });
      copyFileSync(join(CHECKOUT, file), join(this.path, file));
    }
    symlinkSync(join(CHECKOUT, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** Runs Node there. */
  run(...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.path,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  }

  /** Runs Node there beside other things. */
  runBeside(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { cwd: this.path }, (_error, stdout, stderr) => {
        resolve({ status: child.exitCode, output: stdout + stderr });
      });
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
