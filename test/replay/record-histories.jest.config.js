const { projects } = require('../../jest.config.js');

const replay = projects.find(({ displayName }) => displayName === 'replay');

/** Records every history anew: `npm run record-histories`, or some of them with `-- -t <name>`. */
module.exports = {
  ...replay,
  displayName: 'record',
  testMatch: ['<rootDir>/test/replay/record-histories.ts'],
  testTimeout: 120_000,
};
