/** Shortest and longest id: it is a folder, a search attribute and part of addresses. */
const LENGTH = { min: 3, max: 32 };
const ID = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** First words whose variables would be those of something else. */
const TAKEN = new Set(['holdfast', 'temporal', 'node', 'npm', 'postgres']);

/**
 * Every spelling of a provider's name.
 * @param {string} id wire name: it never changes
 * @param {string} [name] as people write it
 * @returns {{id: string, name: string, camel: string, pascal: string, constant: string}}
 * @throws {Error} that says what is wrong with the id or name
 */
export function namesOf(id, name) {
  const problem = problemOfId(id);
  if (problem) throw new Error(`"${id}" cannot be a provider id: ${problem}`);
  const words = id.split('-');
  const capitals = words.map((word) => word[0].toUpperCase() + word.slice(1));
  const pascal = capitals.join('');
  const spoken = name ?? capitals.join(' ');
  if (!/^[\p{L}\p{N}][\p{L}\p{N} .&-]{0,39}$/u.test(spoken))
    throw new Error(`"${spoken}" cannot be a name: 1 to 40 letters, digits, spaces, dots, & and hyphens`);
  const camel = words[0] + capitals.slice(1).join('');
  return { id, name: spoken, camel, pascal, constant: id.replaceAll('-', '_').toUpperCase() };
}

function problemOfId(id) {
  if (!ID.test(id))
    return 'lower-case letters and digits in words joined by hyphens, each beginning with a letter';
  if (id.length < LENGTH.min || id.length > LENGTH.max)
    return `it has ${LENGTH.min} to ${LENGTH.max} characters`;
  if (TAKEN.has(id.split('-')[0]))
    return `variables named ${id.split('-')[0].toUpperCase()}_… mean something else`;
  return isReserved(id) ? 'it is a reserved word, and the workflow is a function of that name' : null;
}

function isReserved(word) {
  try {
    new Function(`'use strict'; let ${word.replaceAll('-', '_')};`);
    return false;
  } catch {
    return true;
  }
}
