const { transformFileSync } = require('@swc/core');

/** Lets Node require TypeScript of this checkout: compiled in memory as Jest does it, not type-checked. */
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformFileSync(filename, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
    swcrc: false,
  });
  module._compile(code, filename);
};
