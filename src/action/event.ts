import { statSync } from 'node:fs';
import { GIVEN_LIMITS } from '../protocol/limits/given.js';
import { excess } from '../protocol/limits/limit.js';
import type { JobOrigin } from './skip.js';

/** Reason why an event cannot be read: a clause about its file. */
class Unreadable extends Error {}

/**
 * Reads who set a job off, and by which event (GitHub's documentation, "Variables", `GITHUB_EVENT_PATH`).
 *
 * @param environment that of this process, which the toolkit reads
 * @param onTrouble takes a sentence if the event cannot be read: then nothing is known of it
 */
export async function readOrigin(
  environment: NodeJS.ProcessEnv,
  onTrouble: (sentence: string) => void,
): Promise<JobOrigin> {
  const { GITHUB_ACTOR: actor = '', GITHUB_EVENT_PATH: path = '' } = environment;
  try {
    if (path !== '') checkFile(path);
    return { actor, payload: await readPayload() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = error instanceof Unreadable ? message : `cannot be read (${code ?? 'unknown'})`;
    onTrouble(`The file of GITHUB_EVENT_PATH ${why}, so it is not known whether this run is one without secrets.`);
    return { actor, payload: {} };
  }
}

function checkFile(path: string): void {
  const file = statSync(path);
  if (!file.isFile()) throw new Unreadable('is no file');
  if (file.size === 0) throw new Unreadable('is empty');
  if (file.size > GIVEN_LIMITS.event.value) throw new Unreadable(excess(GIVEN_LIMITS.event));
}

/** Reads the event by the toolkit of actions, which few runs need: loading it reads the file. */
async function readPayload(): Promise<Record<string, unknown>> {
  const payload: unknown = await loadPayload();
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload))
    return payload as Record<string, unknown>;
  throw new Unreadable('holds no event');
}

async function loadPayload(): Promise<unknown> {
  try {
    const { context } = await import('@actions/github');
    return context.payload;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unreadable('holds no event');
    throw error;
  }
}
