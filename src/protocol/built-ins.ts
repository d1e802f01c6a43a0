import { getBuiltinModule } from 'node:process';

// Loading these takes Node.js as long as loading this program, and many a run has no use for them: so not by `import`.

/** Node's cryptography. */
export function crypto(): typeof import('node:crypto') {
  return getBuiltinModule('node:crypto');
}

/** Node's compression. */
export function zlib(): typeof import('node:zlib') {
  return getBuiltinModule('node:zlib');
}
