import express, { type RequestHandler, Router } from 'express';
import { type CompanyCall, serveCall } from '../call-serving';
import type { CompanyDefinition } from '../company';
import { Accounts } from './accounts';
import { $camel$Calls, CALL_NAMES } from './calls';
import { $camel$ControlRoutes } from './control';
import { Ledger } from './ledger';
//: form
import { notWritten } from './not-written';
//: all

/** What the call log never shows (docs/providers/$id$.md §3). */
const SECRET_KEYS: ReadonlySet<string> = new Set();

/** The stand-in for $Name$, written from docs/providers/$id$.md alone. */
export const $camel$Company: CompanyDefinition = {
  name: '$id$',
  calls: CALL_NAMES,
  webhookShapes: ['documented'],
  open(services) {
    const [accounts, ledger] = [new Accounts(), new Ledger()];
    const { clock, webhooks, publicUrl } = services;
    const callServices = { clock, webhooks, publicUrl, accounts, ledger };
    const calls = $camel$Calls(callServices);
    const desk = { ...services, secretKeys: SECRET_KEYS };
    const serve = (call: CompanyCall): RequestHandler => serveCall(desk, call);
    const routes = Router().use(express.raw({ type: () => true, limit: '1mb' }));
    // [assumed] The paths, until docs/providers/$id$.md §3 names them.
    routes.post('/payments', serve(calls.create));
    routes.get('/payments/:id', serve(calls.read));
    //: form reserve-and-capture
    routes.post('/payments/:id/capture', serve(calls.capture));
    //: reserve-and-capture
    routes.post('/payments/:id/void', serve(calls.void));
    //: form
    routes.get('/form.js', () => notWritten('form.js', 'the script that draws the form: §3'));
    //: all
    return {
      routes,
      control: $camel$ControlRoutes(callServices),
      reset() {
        for (const store of [accounts, ledger]) store.reset();
      },
    };
  },
};
