import { patience } from './patience';

declare const PROJECT_TIMEOUT_MS: number;

jest.setTimeout(patience(PROJECT_TIMEOUT_MS));
