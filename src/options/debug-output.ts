import { debuglog } from 'node:util';
import type { Tell } from './attempt.js';

/** Parts of Node.js whose debug output may hold headers, bodies, addresses or the words of programs. */
const REVEALING = ['http', 'https', 'http2', 'net', 'tls', 'stream', 'child_process', 'undici', 'fetch'];

/**
 * Refuses to run where Node.js itself prints requests with all that signs in (`NODE_DEBUG`). Node.js reads the variable
 * when it starts, so that nothing can switch the output off any more.
 */
export function refuseDebugOutput(tell: Tell): void {
  const printing = REVEALING.filter((part) => debuglog(part).enabled);
  if (printing.length === 0) return;
  tell(
    `NODE_DEBUG makes Node.js print what it sends, with tokens and passwords (${printing.join(', ')}): ` +
      'unset NODE_DEBUG, and use `verbose` to see more.',
  );
}
