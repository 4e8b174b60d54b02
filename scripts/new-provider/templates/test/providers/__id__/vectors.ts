import type { Finding } from '../../../src/domain/provider-answer';
import { type $Pascal$Settings, $camel$SettingsSchema } from '../../../src/providers/$id$/config';
import type { WireRequest } from '../wire-server';

export function settingsFor(baseUrl: string, change: object = {}): $Pascal$Settings {
  const account = { clientId: 'test-id', clientSecret: 'test-secret' };
  //: form
  const scriptUrl = 'https://assets.example.com/form.js';
  return $camel$SettingsSchema.parse({ baseUrl, scriptUrl, ...account, ...change });
  //: hosted-page reserve-and-capture
  return $camel$SettingsSchema.parse({ baseUrl, ...account, ...change });
  //: all
}

/** What is asked for in all vectors. */
export const ASKED = { reference: 'pay1001', amount: 1250, currency: 'EUR' };

/** The payment object of docs/providers/$id$.md §9: that of ASKED, not paid yet. */
export function wirePayment(change: Record<string, unknown> = {}): object {
  return notWritten('wirePayment: the published payment object, §9', change);
}

/** Every documented state, as the fields that make it, and what it means (§2). */
export function states(): [change: Record<string, unknown>, finding: Finding][] {
  return notWritten('states: every state of §2 and what it means');
}

/** Fields of a state that is not documented. */
export function undocumentedState(): Record<string, unknown> {
  return notWritten('undocumentedState: the state field of §2 with another word');
}

//: form reserve-and-capture
/** Fields of a payment whose money was taken (§2). */
export function paid(): Record<string, unknown> {
  return notWritten('paid: the fields of a payment whose money was taken, §2');
}

//: all
//: hosted-page
type Call = 'create' | 'read';
//: form
type Call = 'create' | 'read' | 'capture';
//: reserve-and-capture
type Call = 'create' | 'read' | 'capture' | 'void';
//: all

/** `METHOD /path` of a call, for the server of a test (§3). */
export function route(call: Call): string {
  return notWritten(`route: method and path of ${call}, §3`);
}

/** What a create for ASKED must look like on the wire (§3.1). */
export function createRequest(): Partial<WireRequest> {
  return notWritten('createRequest: the documented request, §3.1');
}

/** A published callback about ASKED, and what it is signed with (§9). */
export function callback(): { body: Buffer; headers: Record<string, string>; clientSecret: string } {
  return notWritten('callback: the published callback, its headers and key, §9');
}
//: reserve-and-capture

/** A genuine callback about a sale of somebody else at the same account (§9). */
export function notOurs(): ReturnType<typeof callback> {
  return notWritten('notOurs: a callback with a reference that is none of ours, §9');
}
//: all

function notWritten(what: string, ..._given: unknown[]): never {
  throw new Error(`not written yet: test/providers/$id$/vectors.ts, ${what} of docs/providers/$id$.md`);
}
