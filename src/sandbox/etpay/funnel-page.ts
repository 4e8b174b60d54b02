import { Router, type Request, type Response } from 'express';
import type { SandboxClock } from '../clock';
import { escapeHtml, htmlPage, isSafeLink, PAGE_HEADERS } from '../html-page';
import { countryOf } from './countries';
import { WrongState } from './errors';
import type { Ledger } from './ledger';
import { payerActs } from './payer-actions';
import type { Session } from './session';
import { isOpen, type SessionDesk } from './session-desk';

interface FunnelServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly desk: SessionDesk;
}

const HEADINGS: Readonly<Record<Session['state'], string>> = {
  CREATED: 'Pay by bank transfer',
  IN_FUNNEL: 'Pay by bank transfer',
  PAID: 'The transfer was made',
  FAILED: 'Nothing was paid',
  EXPIRED: 'This session has expired',
};

const CHOICES = ['approve', 'approve-and-close', 'refuse', 'cancel'] as const;

/** The hosted funnel behind `{pmt_url}/session/{token}` (docs/providers/etpay.md §3.2): plain forms, no script. */
export function funnelRoutes(services: FunnelServices): Router {
  const router = Router();
  const open = (request: Request): Session | undefined => {
    services.clock.runDue();
    const session = services.ledger.getSession(String(request.params.token));
    return session && services.desk.look(session);
  };
  router.get('/session/:token', (request, response) => {
    const session = open(request);
    if (session === undefined) return sendNotFound(response);
    sendSession(services, response, session, session.bank);
  });
  router.get('/session/:token/bank/:bank', (request, response) => {
    const session = open(request);
    if (session === undefined || !hasBank(session, request.params.bank)) return sendNotFound(response);
    sendSession(services, response, session, request.params.bank);
  });
  router.post('/session/:token/leave', (request, response) => {
    const session = open(request);
    if (session === undefined) return sendNotFound(response);
    if (!isOpen(session)) return sendSession(services, response, session, undefined, 409);
    const back = form('get', session, '', 'Back to the payment');
    sendPage(response, 200, 'You walked away', `<p>The session still waits.</p>${back}`);
  });
  router.post(
    ['/session/:token/:choice', '/session/:token/bank/:bank/:choice'],
    async (request, response) => {
      const session = open(request);
      const choice = CHOICES.find((candidate) => candidate === request.params.choice);
      const bank = request.params.bank === undefined ? undefined : String(request.params.bank);
      const known =
        bank === undefined ? choice === 'cancel' : session !== undefined && hasBank(session, bank);
      if (session === undefined || choice === undefined || !known) return sendNotFound(response);
      await choose(services, response, session, choice, bank);
    },
  );
  router.use((_request, response) => sendNotFound(response));
  return router;
}

async function choose(
  services: FunnelServices,
  response: Response,
  session: Session,
  choice: (typeof CHOICES)[number],
  bank: string | undefined,
): Promise<void> {
  const closes = choice === 'approve-and-close';
  try {
    const ended = await payerActs(services.desk, session, closes ? 'approve' : choice, { bank });
    const address = safeReturn(services.desk, ended);
    if (closes) return sendPage(response, 200, HEADINGS[ended.state], '<p>You closed the page.</p>');
    if (address === undefined) return sendSession(services, response, ended, bank);
    response.set(PAGE_HEADERS).redirect(303, address);
  } catch (error) {
    if (!(error instanceof WrongState)) throw error;
    const current = services.ledger.getSession(session.token) ?? session;
    sendSession(services, response, current, undefined, 409);
  }
}

function sendSession(
  services: FunnelServices,
  response: Response,
  session: Session,
  bank: string | undefined,
  status = 200,
): void {
  const { businessName, merchantCode } = session.account;
  const { currency } = countryOf(merchantCode);
  const shown = session.shown.map(({ name, value }) => `<p>${escapeHtml(name)}: ${escapeHtml(value)}</p>`);
  const next = isOpen(session) ? choices(session, bank) : wayBack(services.desk, session);
  const content = `<p>${escapeHtml(businessName)} asks for</p>
<p class="amount">$ ${session.amount} ${currency}</p>
<p>Order ${escapeHtml(session.orderId)}</p>
${shown.join('\n')}
${next}
<p class="note">Sandbox: no real money moves.</p>`;
  sendPage(response, status, HEADINGS[session.state], content);
}

function choices(session: Session, bank: string | undefined): string {
  const { banks } = countryOf(session.account.merchantCode);
  const leaving = [
    form('post', session, '/cancel', 'Cancel and go back to the shop'),
    form('post', session, '/leave', 'Walk away without answering'),
  ];
  if (bank === undefined) {
    const pickers = Object.entries(banks).map(([code, name]) => form('get', session, `/bank/${code}`, name));
    return ['<p>Choose your bank</p>', ...pickers, ...leaving].join('\n');
  }
  const at = `/bank/${bank}`;
  return [
    `<p>You are logged in at ${escapeHtml(banks[bank] ?? bank)}</p>`,
    form('post', session, `${at}/approve`, 'Approve the transfer', ' class="primary"'),
    form('post', session, `${at}/approve-and-close`, 'Approve and close the page'),
    form('post', session, `${at}/refuse`, 'Let the bank refuse'),
    ...leaving,
  ].join('\n');
}

function form(method: 'get' | 'post', session: Session, step: string, label: string, style = ''): string {
  const action = `/etpay/pmt/session/${session.token}${step}`;
  return `<form method="${method}" action="${action}"><button${style}>${escapeHtml(label)}</button></form>`;
}

function wayBack(desk: SessionDesk, session: Session): string {
  const address = safeReturn(desk, session);
  if (address === undefined) return '<p>You can close this page.</p>';
  return `<p><a class="button" href="${escapeHtml(address)}">Back to the shop</a></p>`;
}

function safeReturn(desk: SessionDesk, session: Session): string | undefined {
  const address = desk.returnUrl(session);
  return address !== undefined && isSafeLink(address) ? address : undefined;
}

function hasBank(session: Session, bank: string): boolean {
  return Object.hasOwn(countryOf(session.account.merchantCode).banks, bank);
}

function sendNotFound(response: Response): void {
  sendPage(
    response,
    404,
    'Nothing to pay here',
    '<p>This session is unknown. Ask the shop for a new link.</p>',
  );
}

function sendPage(response: Response, status: number, title: string, content: string): void {
  const html = htmlPage(title, `<h1>${escapeHtml(title)}</h1>\n${content}`);
  response.status(status).set(PAGE_HEADERS).send(html);
}
