import { isError, RemoteError } from '../protocol/errors.js';
import type { RunError } from './codes.js';
import { isChanged, isFailure, type MirrorResult, type RefResult, type Transfer } from './outcome.js';
import type { MirrorPorts, MirrorSettings } from './ports.js';
import { EMPTY_RECORD, isOvertaken, mayHaveLanded, resultsOf, type RoundRecord } from './results.js';
import { Round, type RoundSettings } from './round.js';
import { stoppedError } from './stopped.js';
import { checkError, failureError, shortfallError } from './words.js';

const MOST_ROUNDS = 3;
const PAUSE_MS = 1000;
/** A host that asks for fewer requests means a while, not a second. */
const THROTTLED_FACTOR = 5;

interface Failure {
  readonly cause: unknown;
}

/**
 * Brings the target to the state of the source, as the policy wants it: asks both ends for their refs, plans, and
 * relays what the target lacks. Where somebody moved a ref meanwhile, or the connection broke, both ends are read
 * again and a new plan is made.
 *
 * @returns the outcome of every ref; a failure of a remote is in it too
 */
export async function mirror(settings: MirrorSettings, ports: MirrorPorts): Promise<MirrorResult> {
  const startedAt = ports.clock.now();
  const { rounds, failure } = await runRounds(settings, ports);
  const refs = resultsOf(rounds);
  const error =
    (failure && errorOf(failure.cause, ports)) ?? rounds.at(-1)?.errors[0] ?? shortfall(refs, settings.check);
  const endedAt = ports.clock.now();
  return {
    status: error !== undefined || refs.some(({ outcome }) => isFailure(outcome)) ? 'failed' : 'finished',
    lastError: error?.message ?? null,
    lastErrorCode: error?.code ?? null,
    startedAt: new Date(startedAt),
    endedAt: new Date(endedAt),
    refs,
    notices: [...new Set([...rounds.flatMap(({ notices }) => notices), ...(ports.lfsObjects?.notices ?? [])])],
    transfer: transferOf(rounds, ports, endedAt - startedAt),
    lfsObjects: ports.lfsObjects?.count,
  };
}

/** Makes rounds until nobody has overtaken the mirror and no connection has broken, three at the most. */
async function runRounds(
  settings: MirrorSettings,
  ports: MirrorPorts,
): Promise<{ rounds: readonly RoundRecord[]; failure?: Failure }> {
  const rounds: RoundRecord[] = [];
  try {
    if (ports.refuse !== undefined) throw ports.refuse;
    for (let count = 1; ; count += 1) {
      const isLast = count === MOST_ROUNDS;
      const { record, failure } = await runRound({ settings, ports, isLast });
      rounds.push(record);
      if (failure !== undefined && (isLast || !isPassing(failure.cause))) throw failure.cause;
      if (failure === undefined && (isLast || !isOvertaken(record))) return { rounds };
      tellOfAnother(failure?.cause, ports);
      const pause = PAUSE_MS * (isThrottled(failure?.cause) ? THROTTLED_FACTOR : 1);
      await ports.clock.sleep(pause * (count - 1 + Math.random()), ports.signal);
    }
  } catch (cause) {
    if (!mayHaveLanded(rounds)) await ports.target.removeIfCreated();
    return { rounds, failure: { cause } };
  }
}

async function runRound(given: RoundSettings): Promise<{ record: RoundRecord; failure?: Failure }> {
  let round: Round | undefined;
  try {
    round = await Round.begin(given);
    await round.run();
    return { record: await round.record(true) };
  } catch (cause) {
    return { record: (await round?.record(false)) ?? EMPTY_RECORD, failure: { cause } };
  }
}

function isThrottled(cause: unknown): boolean {
  return cause instanceof RemoteError && cause.kind === 'throttled';
}

function isPassing(cause: unknown): boolean {
  return cause instanceof RemoteError && cause.passing;
}

function tellOfAnother(cause: unknown, { log }: MirrorPorts): void {
  if (cause instanceof RemoteError) log.warn(`${cause.message} Reading both ends again.`);
  else log.info('Some refs were changed by somebody else meanwhile: reading both ends again.');
}

/** @throws the cause where it is no error, and nobody has stopped the run with it */
function errorOf(cause: unknown, { log, signal, target }: MirrorPorts): RunError {
  if (isError(cause)) log.debug(cause.stack ?? cause.message);
  if (signal.aborted) return stoppedError(signal.reason);
  if (isError(cause)) return failureError(cause, target.location);
  throw cause;
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
