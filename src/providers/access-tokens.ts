import type { AccessToken } from '../contract/access-token';

/** The name of the login in errors: an error of this call is never about a payment. */
export const LOG_IN = 'log in';

/** Where a company's access tokens come from. Both reject with `ProviderError` of the call `LOG_IN`. */
export interface AccessTokens {
  /** A token that should be alive. */
  current(connection: string): Promise<string>;
  /** Another token than the one that the company has just refused. */
  replace(connection: string, refused: string): Promise<string>;
}

/** A company whose calls need an access token. */
export interface TokenIssuer {
  /** Part of its keepers' ids: the name of its folder. A wire name. */
  company: string;
  /** What errors call it: its name as people write it. */
  provider: string;
  /**
   * Gets a new token. Harmless, may be repeated.
   *
   * @throws ProviderError `unauthenticated` when trying again would not help
   */
  logIn: (connection: string) => Promise<AccessToken>;
}
