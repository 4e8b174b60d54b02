import { fileURLToPath } from 'node:url';
import { namesOf } from './new-provider/names.mjs';
import { describeRegistration, registrationOf } from './new-provider/registration.mjs';
import { makeFiles } from './new-provider/templates.mjs';
import { CHECKOUT } from './prepare.mjs';

const USAGE = "usage: npm run new-provider -- <id> ['Name as people write it'], such as acme-pay 'Acme Pay'";

/** Makes the files of a provider that does not exist yet, and says what has to be registered where. */
async function main(args) {
  if (args.length === 0 || args.length > 2 || args.some((argument) => argument.startsWith('-')))
    throw new Error(USAGE);
  const names = namesOf(...args);
  const paths = await makeFiles(names, CHECKOUT);
  console.log(`Made for ${names.name}:\n${paths.map((path) => `  ${path}`).join('\n')}\n`);
  console.log('Now register it: each line beside its like, in the table, type or switch of that name.\n');
  console.log(describeRegistration(registrationOf(names)));
  console.log(`
Then \`npm run format\`, and fill in what still throws:
  grep -rn 'notWritten(' src/*/${names.id} test/*/${names.id}* test/simulation/companies/${names.id}.ts
docs/adding-a-provider.md says in which order, and what no test can tell you.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
