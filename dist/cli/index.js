#!/usr/bin/env node
function refusalOf(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major === 20 ? minor >= 18 : major === 22 ? minor >= 3 : major > 22) return '';
  return (
    'This is Node.js ' +
    version +
    ', and push-mirror needs 20.18 or later (of Node.js 22, 22.3 or later). Use Node.js 24, or an image that has it.'
  );
}
const other = process.versions.bun ? 'Bun' : process.versions.deno ? 'Deno' : '';
if (other !== '') console.error('push-mirror: warning: this is ' + other + ', and push-mirror is tested with Node.js alone.');
const refusal = refusalOf(process.versions.node);
if (refusal === '') import('./main.js');
else {
  console.error('push-mirror: ' + refusal);
  process.exitCode = 2;
}
