function refusalOf(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major === 20 ? minor >= 18 : major === 22 ? minor >= 3 : major > 22) return '';
  return (
    'This is Node.js ' +
    version +
    ', and push-mirror needs 20.18 or later (of Node.js 22, 22.3 or later). Use Node.js 24, or an image that has it.'
  );
}
const refusal = refusalOf(process.versions.node);
if (refusal === '') import('./main.js');
else {
  console.error('::error::' + refusal);
  process.exitCode = 2;
}
