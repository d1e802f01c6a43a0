import { isError, ProtocolError, RemoteError } from '../protocol/errors.js';
import { PATIENCE, patiently, type TryResult, type RetryPolicy, type Setback } from '../protocol/patience.js';
import { silence, within } from '../protocol/time-limit.js';
import { Turns } from '../protocol/turns.js';
import type { RunError } from './codes.js';
import { isChanged, isFailure, type MirrorResult, type RefResult, type Transfer } from './outcome.js';
import { isChange } from './plan.js';
import type { MirrorPorts, MirrorSettings } from './ports.js';
import { tendHead } from './head.js';
import {
  EMPTY_RECORD,
  isOvertaken,
  isUnsettled,
  mayHaveLanded,
  resultsOf,
  type LaterReading,
  type RoundRecord,
} from './results.js';
import { Round, type RoundSettings } from './round.js';
import { SearchTime } from './search-time.js';
import { stoppedError } from './stopped.js';
import { mayBeNoRace, suspectsOf, type Suspect } from './suspects.js';
import { checkError, failureError, shortfallError } from './words.js';

const ROUNDS: RetryPolicy = { ...PATIENCE, attempts: 3, attemptsWhenThrottled: 3 };
/** Pause in seconds where a host asks for fewer requests: it means a while. */
const PAUSE_WHEN_THROTTLED = '5';

interface Failure {
  readonly cause: unknown;
}

const DONE_ALL_THE_SAME = 'When the target was read again, every ref was as it is to be.';

/** A round that is over, by itself or by a failure. */
interface Ended {
  readonly record: RoundRecord;
  readonly failure?: Failure;
}

const OVERTAKEN_SETBACK: Setback = { detail: 'Some refs were changed by somebody else meanwhile.' };
/** Setback of which the next reading tells whether it is one. */
const SUSPECT_SETBACK: Setback = {
  detail: 'The target refuses some refs as if somebody else had changed them meanwhile.',
  longestPauseMs: 0,
};
/** Time for the reading of the target that settles what the rounds leave open. */
const LATER_READING_MS = 60_000;

/**
 * Brings the target to the state of the source, as the policy wants it: asks both ends for their refs, plans, and
 * relays what the target lacks. Where somebody moved a ref meanwhile, or the connection broke, both ends are read
 * again and a new plan is made.
 *
 * @returns the outcome of every ref; a failure of a remote is in it too
 */
export async function mirror(settings: MirrorSettings, ports: MirrorPorts): Promise<MirrorResult> {
  const startedAt = ports.clock.now();
  const ended = await runRounds(settings, ports);
  const { rounds, failure } = ended;
  const { refs, later } = await settle(rounds, ports);
  const ofHead = await tendHead(refs, ended, settings, ports);
  const error =
    (failure && errorOf(failure.cause, ports, isAsWanted(rounds.at(-1), refs, later))) ??
    rounds.at(-1)?.errors[0] ??
    shortfall(refs, settings.check);
  const endedAt = ports.clock.now();
  return {
    // A ref that is not as it should be is an error, too: see shortfall.
    status: error === undefined ? 'finished' : 'failed',
    lastError: error?.message ?? null,
    lastErrorCode: error?.code ?? null,
    startedAt: new Date(startedAt),
    endedAt: new Date(endedAt),
    refs,
    notices: [
      ...new Set([...rounds.flatMap(({ notices }) => notices), ...ofHead, ...(ports.lfsObjects?.notices ?? [])]),
    ],
    transfer: transferOf(rounds, ports, endedAt - startedAt),
    lfsObjects: ports.lfsObjects?.count,
  };
}

/** Folds the rounds into results, and reads the target once more where they leave something open. */
async function settle(
  rounds: readonly RoundRecord[],
  ports: MirrorPorts,
): Promise<{ refs: readonly RefResult[]; later: LaterReading | undefined }> {
  // Each step takes long with many refs: signals and connections get their turn in between.
  const turns = new Turns();
  await turns.give();
  const later = isUnsettled(rounds) ? await readLater(ports) : undefined;
  if (turns.isOver) await turns.give();
  const refs = resultsOf(rounds, later, ports.signal.aborted);
  if (turns.isOver) await turns.give();
  return { refs, later };
}

/** Makes rounds until nobody has overtaken the mirror and no connection has broken, three at the most. */
async function runRounds(
  settings: MirrorSettings,
  ports: MirrorPorts,
): Promise<{ rounds: readonly RoundRecord[]; failure?: Failure }> {
  const rounds: RoundRecord[] = [];
  try {
    if (ports.refuse !== undefined) throw ports.refuse;
    const time = new SearchTime(ports.clock, settings.isolationMs);
    const suspects = new Map<string, Suspect>();
    let failure: unknown;
    const makeRound = async (): Promise<Ended> => {
      const isLast = rounds.length === ROUNDS.attempts - 1;
      const ended = await runRound({ settings, ports, earlier: [...rounds], failure, isLast, time, suspects });
      rounds.push(ended.record);
      failure = leavesDoubt(ended) ? ended.failure?.cause : undefined;
      for (const [ref, suspect] of suspectsOf(ended.record)) suspects.set(ref, suspect);
      return ended;
    };
    const { clock, signal, log } = ports;
    const onRetry = (setback: Setback): void => {
      const line = `${setback.detail} Reading both ends again.`;
      if (setback === OVERTAKEN_SETBACK || setback === SUSPECT_SETBACK) log.info(line);
      else log.warn(line);
    };
    const setbackOf = (outcome: TryResult<Ended>): Setback | undefined => setbackIn(outcome, rounds.length === 1);
    const last = await patiently(makeRound, { policy: ROUNDS, clock, signal, setbackOf, onRetry });
    if (last.failure !== undefined) throw last.failure.cause;
    return { rounds };
  } catch (cause) {
    if (!mayHaveLanded(rounds)) await ports.target.removeIfCreated();
    return { rounds, failure: { cause } };
  }
}

async function runRound(given: RoundSettings): Promise<Ended> {
  let round: Round | undefined;
  try {
    round = await Round.begin(given);
    await round.run();
    return { record: await round.record(true) };
  } catch (cause) {
    return { record: (await round?.record(false)) ?? EMPTY_RECORD, failure: { cause } };
  }
}

/** Trouble that another round may not meet with, or in which only a new reading tells what has landed. */
function setbackIn(outcome: TryResult<Ended>, isFirst: boolean): Setback | undefined {
  if ('error' in outcome) return undefined;
  const { record, failure } = outcome.value;
  if (failure === undefined) return overtakenSetback(record);
  const { cause } = failure;
  if (!(cause instanceof RemoteError || cause instanceof ProtocolError)) return undefined;
  const isPassing = cause instanceof RemoteError && cause.passing;
  if (!isPassing && !(isFirst && leavesDoubt(outcome.value))) return undefined;
  if (cause instanceof ProtocolError) return { detail: cause.message };
  const { message: detail, kind, retryAfter = kind === 'throttled' ? PAUSE_WHEN_THROTTLED : undefined } = cause;
  return { detail, retryAfter };
}

/** Reports whether the target has ended a push of several refs without a word on them. */
function leavesDoubt({ record, failure }: Ended): boolean {
  if (failure === undefined) return false;
  const isInDoubt = [...record.begun].some((ref) => !record.verdicts.has(ref));
  return isInDoubt && record.decisions.filter(isChange).length > 1;
}

function overtakenSetback(record: RoundRecord): Setback | undefined {
  const failed = [...record.verdicts.values()].find((verdict) => verdict.kind === 'failed' && verdict.isPassing);
  if (failed?.kind === 'failed') return { detail: failed.detail };
  if (!isOvertaken(record)) return undefined;
  return mayBeNoRace(record) ? SUSPECT_SETBACK : OVERTAKEN_SETBACK;
}

/** Reads the target once more. A run that was stopped is over, and a target that cannot be read tells nothing. */
async function readLater({ target, signal, log }: MirrorPorts): Promise<LaterReading | undefined> {
  if (signal.aborted) return undefined;
  try {
    const limit = { ms: LATER_READING_MS, error: silence(target.location), giveUp: () => undefined };
    return await within(target.read(), limit);
  } catch (error) {
    log.debug(`The target could not be read again: ${isError(error) ? error.message : String(error)}`);
    return undefined;
  }
}

/** Reports whether a later reading has shown that all of a round's plan was carried out, though an error ended it. */
function isAsWanted(
  last: RoundRecord | undefined,
  refs: readonly RefResult[],
  later: LaterReading | undefined,
): boolean {
  const isPlanned = last !== undefined && last.decisions.length > 0;
  return later !== undefined && isPlanned && !refs.some(({ outcome }) => isFailure(outcome));
}

/**
 * @param isAsWanted the error has kept nothing from being done
 * @throws the cause where it is no error, and nobody has stopped the run with it
 */
function errorOf(cause: unknown, ports: MirrorPorts, isAsWanted: boolean): RunError | undefined {
  const { log, signal } = ports;
  if (isError(cause)) log.debug(cause.stack ?? cause.message);
  if (signal.aborted) return stoppedError(signal.reason);
  if (!isError(cause)) throw cause;
  const error = failureError(cause, ports);
  if (!isAsWanted) return error;
  log.warn(`${error.message} ${DONE_ALL_THE_SAME}`);
  return undefined;
}

/** Names what a run left undone. */
function shortfall(refs: readonly RefResult[], isCheck: boolean): RunError | undefined {
  const having = (isWanted: (outcome: RefResult['outcome']) => boolean): string[] =>
    refs.filter(({ outcome }) => isWanted(outcome)).map(({ ref }) => ref);
  const diverged = having((outcome) => outcome === 'diverged');
  const rejected = having((outcome) => outcome === 'rejected');
  return shortfallError(diverged, rejected) ?? checkError(isCheck ? having(isChanged) : []);
}

function transferOf(rounds: readonly RoundRecord[], { source, target }: MirrorPorts, durationMs: number): Transfer {
  const sum = (count: 'requests' | 'bytesReceived' | 'bytesSent'): number =>
    source.traffic[count] + target.traffic[count];
  return {
    requests: sum('requests'),
    bytesReceived: sum('bytesReceived'),
    bytesSent: sum('bytesSent'),
    packBytes: rounds.reduce((bytes, { packBytes }) => bytes + packBytes, 0),
    durationMs,
  };
}
