import { ESLint } from 'eslint';

/** Prints what ESLint says to each [file, code], as if the code stood in that file. Jest cannot load ESLint's modules. */
const eslint = new ESLint();
const answers = [];
for (const [filePath, code] of JSON.parse(process.argv[2])) {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath });
  const relevant = messages.filter(({ ruleId }) => ruleId !== '@typescript-eslint/no-unused-vars');
  answers.push([`${filePath}\n${code}`, relevant.map(({ message }) => message)]);
}
console.log(JSON.stringify(answers));
