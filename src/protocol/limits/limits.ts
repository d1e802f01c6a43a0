import { GIVEN_LIMITS } from './given.js';
import { HOST_LIMITS } from './hosts.js';
import { HTTP_LIMITS } from './http.js';
import { LFS_LIMITS } from './lfs.js';
import { PROGRAM_LIMITS } from './programs.js';
import { RUN_LIMITS } from './run.js';
import { SHOWN_LIMITS } from './shown.js';
import { WAITING_LIMITS } from './waiting.js';
import { WIRE_LIMITS } from './wire.js';
import type { Limits } from './limit.js';

/** All limits of the program, by part, in the order of the page that is made of them. */
export const LIMITS: Readonly<Record<string, Limits>> = {
  WIRE_LIMITS,
  RUN_LIMITS,
  WAITING_LIMITS,
  LFS_LIMITS,
  HTTP_LIMITS,
  HOST_LIMITS,
  PROGRAM_LIMITS,
  GIVEN_LIMITS,
  SHOWN_LIMITS,
};
