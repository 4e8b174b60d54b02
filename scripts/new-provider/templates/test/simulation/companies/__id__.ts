import { type Activity, Company } from './company';

/** Fails the schedule that comes upon it. */
function notWritten(what: string): never {
  throw new Error(`not written yet: test/simulation/companies/$id$.ts, ${what}`);
}

/**
 //: hosted-page
 * $Name$'s hosted page as docs/providers/$id$.md describes it. test/simulation/companies/pomelo.ts is much like it.
 //: form
 * $Name$'s form as docs/providers/$id$.md describes it. test/simulation/companies/payermax.ts is much like it.
 //: reserve-and-capture
 * $Name$'s page and capture as docs/providers/$id$.md describes them. test/simulation/companies/droppay-pos.ts is much like it.
 //: all
 */
export class $Pascal$ extends Company {
  readonly activities: Readonly<Record<string, Activity>> = {
    $camel$CreatePayment: { kind: 'open', run: () => notWritten('what a create leaves, and answers: §3.1') },
    $camel$GetPayment: { kind: 'read', run: () => notWritten('what a look-up finds: §2') },
    //: form reserve-and-capture
    $camel$CapturePayment: {
      kind: 'take',
      run: () => notWritten('what takes the money, and when not: §3.5'),
    },
    //: reserve-and-capture
    $camel$VoidPayment: { kind: 'stop', run: () => notWritten('what is given up, and when not: §3.4') },
    //: all
  };

  payer(): void {
    notWritten('when the payer may pay or refuse, and the callback that follows: §2, §4');
  }
}
