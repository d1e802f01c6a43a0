import type { Limits } from './limit.js';

/** Limits of what is shown: log, report, summary, annotations. */
export const SHOWN_LIMITS = {
  serverLines: {
    of: "lines of one end's server in the log of a run",
    value: 2000,
    unit: 'lines',
    why: 'Hooks that list what they check write some hundreds; a log of more lines is read by nobody, and a server could fill a disk with it.',
    does: 'The rest is left out, and counted in a line at the end.',
  },
  serverText: {
    of: "text of one end's server in the log of a run",
    value: 1024 * 1024,
    unit: 'characters',
    why: 'Runners cut logs of some megabytes, and these lines must not take the place of the results.',
    does: 'The rest is left out, and counted in a line at the end.',
  },
  secretsOfServers: {
    of: 'secrets that servers give, which are looked for in everything that is shown',
    value: 32 * 1024,
    unit: 'characters',
    why: 'A server of Git LFS may give two secrets for each object; some hundreds take 20 MiB of memory to be found in every form.',
    does: 'Further secrets are hidden only in the answers to the requests that hold them.',
  },
} as const satisfies Limits;
