import { defineUpdate } from '@temporalio/workflow';

/** Type of the workflow that keeps one connection's access token. A wire name. */
export const ACCESS_TOKEN_WORKFLOW = 'accessToken';

/** @param company whose logins it asks for, by the name of its folder in src/providers */
export function accessTokenWorkflowId(company: string, connection: string): string {
  return `access-token/${company}/${connection}`;
}

export interface AccessToken {
  value: string;
  /** RFC 3339 */
  expiresAt: string;
}

/** What the keeper shows of itself. Encrypted like every memo. */
export interface AccessTokenMemo {
  accessToken: AccessToken;
}

/**
 * Asks the keeper for an access token other than the one whose SHA-256 is given (null: any that is alive).
 * However many ask at once, the company is asked once.
 */
export const accessTokenUpdate = defineUpdate<AccessToken, [staleTokenHash: string | null]>('accessToken');
