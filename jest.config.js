/** ESM-only packages: Jest loads CommonJS, so these are compiled as our own code is. */
const ESM_ONLY = ['jose'];

const compile = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** Which folders of test/ need more than a bare process; every other folder belongs to `unit`. */
const FOLDERS = {
  /** Own time-skipping server per file. */
  story: ['workflows'],
  replay: ['replay'],
  /** Nothing but time: thousands of schedules. */
  simulation: ['simulation'],
  /** The dev server that is shared by the run. */
  integration: ['api', 'local', 'temporal', 'client', 'conformance'],
  /** Whole processes: one file at a time. */
  e2e: ['e2e', 'chaos', 'browser'],
};

const SHARED_DEV_SERVER = {
  globalSetup: '<rootDir>/test/support/shared-dev-server.setup.ts',
  globalTeardown: '<rootDir>/test/support/shared-dev-server.teardown.ts',
};

function project(displayName, testTimeout, files, more = {}) {
  return {
    displayName,
    // Jest knows one time-out for all projects; this file sets each project's own.
    setupFilesAfterEnv: ['<rootDir>/test/support/project-timeout.ts'],
    globals: { PROJECT_TIMEOUT_MS: testTimeout },
    rootDir: __dirname,
    roots: ['<rootDir>/test'],
    testEnvironment: 'node',
    transform: { '\\.[cm]?[jt]s$': ['@swc/jest', compile] },
    transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
    ...files,
    ...more,
  };
}

const inFolders = (folders) => ({
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
});
const elsewhere = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: Object.values(FOLDERS)
    .flat()
    .map((folder) => `<rootDir>/test/${folder}/`),
};

/** @type {import('jest').Config} */
module.exports = {
  /** Conformance cases wait for the provider most of the time. */
  maxConcurrency: 12,
  /** Workflow tests leave memory behind: in a process that is full of it the simulation takes seven times as long. */
  workerIdleMemoryLimit: '700MB',
  projects: [
    project('unit', 30_000, elsewhere),
    project('story', 120_000, inFolders(FOLDERS.story)),
    project('replay', 300_000, inFolders(FOLDERS.replay)),
    project('simulation', 900_000, inFolders(FOLDERS.simulation)),
    project('integration', 120_000, inFolders(FOLDERS.integration), SHARED_DEV_SERVER),
    project('e2e', 180_000, inFolders(FOLDERS.e2e), SHARED_DEV_SERVER),
  ],
};
