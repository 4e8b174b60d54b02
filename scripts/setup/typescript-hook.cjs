const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

/** Lets Node require our TypeScript as it is, as Jest does: for tools that are no part of the product. */
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
