import { type Activity, Company } from './company';

/** Fails the schedule that comes upon it. */
function notWritten(what: string): never {
  throw new Error(`not written yet: test/simulation/companies/$id$.ts, ${what}`);
}

/** $Name$'s hosted page as docs/providers/$id$.md describes it. test/simulation/companies/pomelo.ts is much like it. */
export class $Pascal$ extends Company {
  readonly activities: Readonly<Record<string, Activity>> = {
    $camel$CreatePayment: { kind: 'open', run: () => notWritten('what a page is asked for with, and when: §3') },
    $camel$GetPayment: { kind: 'read', run: () => notWritten('what a look-up finds: §2') },
  };

  payer(): void {
    notWritten('when the payer may pay or refuse, and the callback that follows: §2, §4');
  }
}
