import { readFileSync, statSync } from 'node:fs';
import { GIVEN_LIMITS } from '../protocol/limits/given.js';
import { excess } from '../protocol/limits/limit.js';
import { printable } from '../protocol/printable.js';
import type { JobOrigin } from './skip.js';

/** Reason why an event cannot be read: a clause about its file. */
class Unreadable extends Error {}

/**
 * Reads who set a job off, and by which event (GitHub's documentation, "Variables", `GITHUB_EVENT_PATH`).
 *
 * @param onTrouble takes a sentence if the event cannot be read: then nothing is known of it
 */
export function readOrigin(environment: NodeJS.ProcessEnv, onTrouble: (sentence: string) => void): JobOrigin {
  const { GITHUB_ACTOR: actor = '', GITHUB_EVENT_PATH: path = '' } = environment;
  try {
    return { actor, payload: path === '' ? {} : readPayload(path) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = error instanceof Unreadable ? message : `cannot be read (${code ?? 'unknown'})`;
    onTrouble(
      `The file of GITHUB_EVENT_PATH ${printable(why, 300)}, so it is not known whether this run is one without secrets.`,
    );
    return { actor, payload: {} };
  }
}

function readPayload(path: string): Record<string, unknown> {
  const file = statSync(path);
  if (!file.isFile()) throw new Unreadable('is no file');
  if (file.size > GIVEN_LIMITS.event.value) throw new Unreadable(excess(GIVEN_LIMITS.event));
  const payload = parsed(readFileSync(path, 'utf8'));
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload))
    return payload as Record<string, unknown>;
  throw new Unreadable('holds no event');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Unreadable(text === '' ? 'is empty' : 'holds no event');
  }
}
