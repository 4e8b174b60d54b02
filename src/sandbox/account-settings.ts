/**
 * One company's settings for everybody, and per account on top, so that tests which share a sandbox do not
 * disturb each other. An account is named by what faults and rules call its `clientId`.
 */
export class AccountSettings<Settings extends object> {
  private everybody: Settings;
  private readonly perAccount = new Map<string, Partial<Settings>>();

  constructor(private readonly defaults: Settings) {
    this.everybody = defaults;
  }

  of(clientId: string | undefined): Settings {
    return { ...this.everybody, ...(clientId === undefined ? {} : this.perAccount.get(clientId)) };
  }

  change({ clientId, ...change }: { readonly clientId?: string | undefined } & object): Settings {
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    ) as Partial<Settings>;
    if (clientId === undefined) this.everybody = { ...this.everybody, ...given };
    else this.perAccount.set(clientId, { ...this.perAccount.get(clientId), ...given });
    return this.of(clientId);
  }

  reset(): void {
    this.everybody = this.defaults;
    this.perAccount.clear();
  }
}
