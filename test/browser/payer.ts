import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { patience } from '../support/patience';

/** Nothing of a person's browser takes part, and nothing but the pages under test goes over the network. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const PHONE = { width: 320, height: 568 };
const PATIENCE_MS = patience(20_000);

/** Playwright makes a new profile for every start. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A person with a browser window, who notes whatever the browser complains about: errors and refused content. */
export class Payer {
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // Violations of the Content-Security-Policy are told here, too.
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(`${page.url()}: ${message.text()} (${message.location().url})`);
      }
    });
  }

  /** A window of its own: no cookies or cache of another payer. */
  static async at(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Payer> {
    const context = await browser.newContext(options);
    const payer = new Payer(await context.newPage());
    await payer.page.goto(address);
    return payer;
  }

  leave(): Promise<void> {
    return this.page.context().close();
  }

  press(button: string): Promise<void> {
    return this.page.getByRole('button', { name: button, exact: true }).click();
  }

  follow(link: string): Promise<void> {
    return this.page.getByRole('link', { name: link, exact: true }).click();
  }

  /** Waits until the checkout page tells the payer this. */
  reads(text: string | RegExp): Promise<void> {
    return this.page.getByRole('status').filter({ hasText: text }).waitFor();
  }

  /** Fills in the card form in the provider's frame, with a date in the next year. */
  async enterCard({ number, cvv }: { number: string; cvv: string }): Promise<void> {
    const form = this.page.frameLocator('iframe[title="Card details"]');
    const year = String(new Date().getUTCFullYear() + 1).slice(2);
    await form.getByLabel('Card number').fill(number);
    await form.getByLabel('Expiry date').fill(`12/${year}`);
    await form.getByLabel('Security code').fill(cvv);
  }

  /** By how many pixels the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }
}
