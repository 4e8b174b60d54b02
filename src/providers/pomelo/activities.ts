import { Context } from '@temporalio/activity';
import { referenceAtProvider } from '../../domain/payment';
import type { Finding, Opening, ProviderCall } from '../../domain/provider-answer';
import { type Account, Accounts } from '../accounts';
import { refused, unclear } from '../answers';
import { CALL_TIMEOUT_MS } from '../http';
import { checkAmount } from './capabilities';
import { type NewTransaction, PomeloClient, PROVIDER } from './client';
import type { PomeloSettings } from './config';
import { findingOf, isAdoptable, openingOf, type ReadingContext } from './mapping';
import type { Transaction } from './schemas';
import { findByLocalId, type SearchResult } from './transaction-search';
import { ProviderError } from '../provider-error';
import { retryable } from '../failure';

const MIN_AHEAD_MS = 60 * 60_000;

type PomeloReadCall = ProviderCall & {
  /** When the payment can no longer be paid (RFC 3339): tells Pomelo's expiry from a refusal. */
  expiresAt: string;
};

export type PomeloCreateCall = PomeloReadCall & {
  webhookUrl: string;
  returnUrl: string;
  /** Whether this payment was asked for before, so that it may already exist there. */
  triedBefore?: boolean;
};

/** What Pomelo's workflow may ask of the world. */
export interface PomeloActivities {
  /** Asks for a payment page. Moves no money, may be repeated. */
  pomeloCreateTransaction(call: PomeloCreateCall): Promise<Opening>;
  /** Reads the payment. */
  pomeloGetTransaction(call: PomeloReadCall): Promise<Finding>;
}

export interface PomeloActivityDeps {
  /** Pomelo accounts by connection name. */
  connections: Readonly<Record<string, PomeloSettings>>;
}

type PomeloAccounts = Accounts<PomeloSettings, PomeloClient>;

/** An account for the time of one activity. */
interface Session extends Account<PomeloSettings, PomeloClient> {
  /** When nobody waits for the activity any more (ms since the epoch). */
  endsAt: number;
}

/** Everything a worker does at Pomelo. All of it rejects with `ApplicationFailure` (see failure.ts). */
export function createPomeloActivities({ connections }: PomeloActivityDeps): PomeloActivities {
  const names = { provider: PROVIDER, variables: 'POMELO_' } as const;
  const accounts = new Accounts(names, connections, (settings) => new PomeloClient(settings));
  return {
    pomeloCreateTransaction: (call) =>
      retryable(() => createTransaction(sessionOf(accounts, call.connection), call)),
    pomeloGetTransaction: (call) =>
      retryable(() => getTransaction(sessionOf(accounts, call.connection), call)),
  };
}

function sessionOf(accounts: PomeloAccounts, connection: string): Session {
  const { startToCloseTimeoutMs } = Context.current().info;
  return { ...accounts.of(connection), endsAt: Date.now() + startToCloseTimeoutMs };
}

/**
 * Creating twice is harmless, since the page of a lost transaction was never shown to anybody; it is searched
 * for all the same, so that a payment is one transaction at Pomelo wherever that can be had
 * (docs/providers/pomelo.md §6).
 */
async function createTransaction(session: Session, call: PomeloCreateCall): Promise<Opening> {
  const objection = checkAmount(call.amount, call.currency);
  if (objection !== null) return refused(objection);
  const wanted = wantedOf(call);
  const { attempt } = Context.current().info;
  if (attempt > 1 || call.triedBefore) {
    // Leaves time for the create after the search.
    const adopted = await adopt(session, call, wanted, 2).catch(unlessWorthWaiting);
    if (adopted) return adopted;
  }
  try {
    return await openingOfCreated(session, wanted, await session.client.createTransaction(wanted));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'declined' || error.kind === 'invalid_request') return refusedBy(error, wanted);
    if (error.kind !== 'unavailable' && error.kind !== 'outcome_unknown') throw error;
    const adopted = await adopt(session, call, wanted, 1).catch(noProviderError);
    if (adopted) return adopted;
    if (error.kind === 'outcome_unknown') return { outcome: 'unknown', detail: error.message };
    throw error;
  }
}

function wantedOf(call: PomeloCreateCall): NewTransaction {
  return {
    localId: referenceAtProvider(call.paymentId, call.attempt),
    customerReference: call.description,
    amount: call.amount,
    currency: call.currency,
    webhook: call.webhookUrl,
    redirectUrl: call.returnUrl,
    expires: new Date(call.expiresAt),
  };
}

/**
 * An answer without a link is made up for by reading the transaction (docs/providers/pomelo.md §11 no. 18).
 */
async function openingOfCreated(
  { client }: Session,
  wanted: NewTransaction,
  created: Transaction,
): Promise<Opening> {
  if (created.link !== null) return openingOf(created, wanted);
  const read = await client.getTransaction(created.id).catch(unlessWorthWaiting);
  return openingOf(read?.id === created.id ? read : created, wanted);
}

/**
 * The transaction of an earlier create whose answer was lost, when there is one that the payer can be sent
 * to.
 */
async function adopt(
  session: Session,
  call: PomeloCreateCall,
  wanted: NewTransaction,
  callsAfterwards: number,
): Promise<Opening | null> {
  const { ids } = await search(session, wanted.localId, callsAfterwards);
  for (const id of ids) {
    const transaction = await session.client.getTransaction(id);
    if (isAdoptable(transaction, wanted, contextOf(session, call, id))) return openingOf(transaction, wanted);
  }
  return null;
}

async function getTransaction(session: Session, call: PomeloReadCall): Promise<Finding> {
  const id = call.providerReference;
  return id === null ? findUnopened(session, call) : read(session, call, id);
}

async function read(session: Session, call: PomeloReadCall, id: string): Promise<Finding> {
  try {
    return findingOf(await session.client.getTransaction(id), contextOf(session, call, id));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'outcome_unknown') return unclear(error.message);
    // The payer may have paid on the page at any time: a transaction that Pomelo made does not vanish, "not
    // found" more likely comes from something in between.
    if (error.httpStatus === 404) return unclear('Pomelo does not find the transaction it made');
    throw error;
  }
}

/** A payment whose id at Pomelo we were never told: its page was shown to nobody. */
async function findUnopened(session: Session, call: PomeloReadCall): Promise<Finding> {
  const { ids, complete } = await search(session, referenceAtProvider(call.paymentId, call.attempt), 1);
  const [id] = ids;
  if (id !== undefined) return read(session, call, id);
  if (complete) return { state: 'absent' };
  return unclear('the transaction is not in the part of the list that was read');
}

/** @param callsAfterwards how many further calls the activity's time has to leave room for */
function search(session: Session, localId: string, callsAfterwards: number): Promise<SearchResult> {
  const { client, settings, endsAt } = session;
  const callMs = settings.callTimeoutMs ?? CALL_TIMEOUT_MS;
  return findByLocalId((page) => client.listTransactions(page), localId, {
    maxPages: settings.assumed.searchPages,
    stopAt: endsAt - callMs * (callsAfterwards + 1),
  });
}

function contextOf({ settings }: Session, { expiresAt }: PomeloReadCall, id: string): ReadingContext {
  return { id, expiresAt, now: Date.now(), assumed: settings.assumed };
}

/** A search or reading that was refused will not get better; one that was not answered may. */
function unlessWorthWaiting(error: unknown): null {
  const waiting: readonly string[] = ['not_sent', 'rate_limited', 'unavailable'];
  if (error instanceof ProviderError && !waiting.includes(error.kind)) return null;
  throw error;
}

function noProviderError(error: unknown): null {
  if (error instanceof ProviderError) return null;
  throw error;
}

function refusedBy({ message, providerCode }: ProviderError, { expires }: NewTransaction): Opening {
  // The likely reason when Pomelo was down for a while: an hour ahead is the least it takes (§7).
  const late = expires.getTime() - Date.now() < MIN_AHEAD_MS;
  return refused(late ? `${message}: less than an hour was left until expiresAt` : message, providerCode);
}
