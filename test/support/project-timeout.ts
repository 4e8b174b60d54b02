declare const PROJECT_TIMEOUT_MS: number;

jest.setTimeout(PROJECT_TIMEOUT_MS);
