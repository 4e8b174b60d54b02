import { fileURLToPath } from 'node:url';
import { namesOf } from './new-provider/names.mjs';
import { describeRegistration, registrationOf } from './new-provider/registration.mjs';
import { refuseExisting, makeFiles, SHAPES } from './new-provider/templates.mjs';
import { CHECKOUT, prepare } from './prepare.mjs';

const USAGE = `usage: npm run new-provider -- <id> ['Name as people write it'] [--shape ${SHAPES.join('|')}]
such as: npm run new-provider -- acme-pay 'Acme Pay'`;

/** Makes the files of a provider that does not exist yet, and says what has to be registered where. */
async function main(args) {
  const { words, shape } = readArguments(args);
  const names = namesOf(...words);
  refuseExisting(names, CHECKOUT);
  await prepare(['dependencies']);
  const paths = await makeFiles(names, shape, CHECKOUT);
  console.log(`Made for ${names.name}:\n${paths.map((path) => `  ${path}`).join('\n')}\n`);
  console.log('Now register it: each line beside its like, in the table or list of that name.\n');
  console.log(describeRegistration(registrationOf(names, shape)));
  console.log(`
Then \`npm run format\`, and fill in what still throws:
  grep -rn 'notWritten(' src/*/${names.id} test/*/${names.id}* test/simulation/companies/${names.id}.ts
docs/adding-a-provider.md says in which order, and what no test can tell you.`);
}

/** @returns {{words: string[], shape: string}} id and perhaps name, and the shape of the story */
function readArguments(args) {
  const at = args.indexOf('--shape');
  const shape = at < 0 ? SHAPES[0] : args[at + 1];
  const words = at < 0 ? args : args.toSpliced(at, 2);
  const wrong = words.length === 0 || words.length > 2 || words.some((word) => word.startsWith('-'));
  if (wrong || !SHAPES.includes(shape)) throw new Error(USAGE);
  return { words, shape };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
