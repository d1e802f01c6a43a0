/**
 * Tells why this program does not run on a version of Node.js; empty if it does. The text of this function stands in what is
 * published, in a syntax that every version reads.
 */
export function refusalOf(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major === 20 ? minor >= 18 : major === 22 ? minor >= 3 : major > 22) return '';
  return (
    'This is Node.js ' +
    version +
    ', and push-mirror needs 20.18 or later (of Node.js 22, 22.3 or later). Use Node.js 24, or an image that has it.'
  );
}

const COMMAND = {
  first: '#!/usr/bin/env node\n',
  prefix: 'push-mirror: ',
  // What people start by `bunx` or `deno run` works as far as these do as Node.js does.
  warning: `const other = process.versions.bun ? 'Bun' : process.versions.deno ? 'Deno' : '';
if (other !== '') console.error('push-mirror: warning: this is ' + other + ', and push-mirror is tested with Node.js alone.');
`,
};
const ACTION = { first: '', prefix: '::error::', warning: '' };

/** A program that starts another one beside it, unless this Node.js is too old to read that. */
export function launcher(main, { isCommand }) {
  const { first, prefix, warning } = isCommand ? COMMAND : ACTION;
  return `${first}${refusalOf.toString()}
${warning}const refusal = refusalOf(process.versions.node);
if (refusal === '') import('./${main}');
else {
  console.error('${prefix}' + refusal);
  process.exitCode = 2;
}
`;
}

/** Code in front of a module that asks for things that an old Node.js lacks. */
export const REFUSAL = `{
  const refusal = (${refusalOf.toString()})(globalThis.process.versions.node);
  if (refusal !== '') throw new Error(refusal);
}`;
