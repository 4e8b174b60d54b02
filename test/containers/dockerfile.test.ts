import { type Copy, DockerfileParser, type From } from 'dockerfile-ast';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CHECKOUT = join(__dirname, '../..');
const dockerfile = DockerfileParser.parse(readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8'));
const instructions = dockerfile.getInstructions();
const named = (keyword: string) => instructions.filter((one) => one.getKeyword().toUpperCase() === keyword);
const text = (keyword: string) => named(keyword).map((one) => one.getArgumentsContent() ?? '');
const lastStage = instructions.slice(instructions.lastIndexOf(named('FROM').at(-1)!));

it('builds every stage on one pinned Debian image of Node', () => {
  const images = dockerfile.getFROMs().map((from: From) => from.getImage());
  expect(images.length).toBeGreaterThan(1);
  expect(new Set(images).size).toBe(1);
  expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
});

it('uses a Node that package.json allows', () => {
  const [, major] = /node:(\d+)/.exec(dockerfile.getFROMs()[0]?.getImage() ?? '') ?? [];
  expect(Number(major)).toBeGreaterThanOrEqual(20);
});

it('runs as a user without rights, set after the last thing that needs them', () => {
  const keywords = lastStage.map((one) => one.getKeyword());
  expect(text('USER')).toEqual(['node']);
  expect(keywords.indexOf('USER')).toBeGreaterThan(keywords.lastIndexOf('RUN'));
  expect(keywords.indexOf('USER')).toBeGreaterThan(keywords.lastIndexOf('COPY'));
});

it('copies files that exist and that .dockerignore lets through', () => {
  const ignored = readFileSync(join(CHECKOUT, '.dockerignore'), 'utf8').split('\n');
  const sources = dockerfile
    .getCOPYs()
    .filter((copy: Copy) => copy.getFlags().length === 0)
    .flatMap((copy: Copy) =>
      copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue()),
    );
  expect(sources).toEqual(expect.arrayContaining(['package.json', 'src', 'scripts', 'LICENSE']));
  for (const source of sources) {
    expect(existsSync(join(CHECKOUT, source))).toBe(true);
    expect(ignored).toContain(`!${source}`);
  }
  expect(ignored).toContain('*');
});

it('copies from stages that exist', () => {
  const stages = dockerfile.getFROMs().map((from: From) => from.getBuildStage());
  const from = dockerfile.getCOPYs().flatMap((copy: Copy) => copy.getFlags().map((flag) => flag.getValue()));
  expect(from).toHaveLength(2);
  for (const stage of from) expect(stages).toContain(stage);
});

it('runs commands that package.json has', () => {
  const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = text('RUN').flatMap((line) =>
    [...line.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name),
  );
  expect(commands).toEqual(['build', 'bundle']);
  for (const command of commands) expect(Object.keys(scripts)).toContain(command);
});

it('starts the api, whose source exists', () => {
  expect(text('CMD')).toEqual(['["dist/api/main.js"]']);
  expect(existsSync(join(CHECKOUT, 'src/api/main.ts'))).toBe(true);
});

it.each(['deploy/create-schemas.sh', 'deploy/create-namespace.sh'])(
  '%s is a sound shell script',
  (script) => {
    expect(() => execFileSync('sh', ['-n', join(CHECKOUT, script)])).not.toThrow();
  },
);
