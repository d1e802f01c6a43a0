import { register } from 'node:module';
import type { LfsServer } from '../__tests__/servers/lfs-server.js';
import type { Workplace } from './workplace.js';

// The tests' server also says which tests need it, in words of Jest, and those can be had in Jest alone.
const WITHOUT_JEST = `
  const url = 'data:text/javascript,export const describe = { skip: () => undefined };';
  export const resolve = (name, context, next) =>
    name === '@jest/globals' ? { url, shortCircuit: true } : next(name, context);
`;

/** Two Git LFS servers, so that neither waits for the other. */
export interface LfsServers {
  readonly source: LfsServer;
  readonly target: LfsServer;
}

/**
 * Starts the Git LFS server that the tests have, once for each end.
 *
 * @returns what is missing, in a clause, where it cannot be had
 */
export async function startLfsServers(workplace: Workplace): Promise<LfsServers | string> {
  register(`data:text/javascript,${encodeURIComponent(WITHOUT_JEST)}`);
  const { findProgram } = await import('../__tests__/requires.js');
  if (findProgram('git-lfs') === undefined) return 'git-lfs is not installed';
  const { LfsServer, neededLfsServer } = await import('../__tests__/servers/lfs-server.js');
  const program = pythonOf(neededLfsServer);
  if (program === undefined) return 'the Python packages giftless and gunicorn are not installed (nor in PYTHONPATH)';
  const start = (end: string): Promise<LfsServer> =>
    workplace.keep(LfsServer.start(workplace.join(`lfs-${end}`), { program }));
  const [source, target] = await Promise.all([start('source'), start('target')]);
  return { source, target };
}

function pythonOf(needed: () => { readonly path: string }): string | undefined {
  try {
    return needed().path || undefined;
  } catch {
    // With CI=true it throws what it only says otherwise.
    return undefined;
  }
}
