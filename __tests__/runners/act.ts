import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

type Texts = Readonly<Record<string, string>>;

/** What a forge tells a runner about a job. */
export interface Job {
  /** The workflow, YAML. */
  readonly workflow: string;
  /** The event that set it off, as `push`. */
  readonly event: string;
  /** What the forge says of the event. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** What it tells each step in the environment: its own URL, the repository and so on. */
  readonly environment: Texts;
  /** The job's own token is one of them: `GITHUB_TOKEN`. */
  readonly secrets: Texts;
}

/** How act is run. */
export interface ActSettings {
  /** The absolute path of `act`. */
  readonly act: string;
  /** For all that it writes; it is made. */
  readonly folder: string;
  /** What a checkout gives; nothing where it is not given. */
  readonly workspace?: string;
  /** Folders that stand for actions, by what `uses` says: `owner/name@ref`. */
  readonly actions?: Texts;
}

/** What a step says beside its log. */
export interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** What became of one step. */
export interface StepRun {
  result: string | undefined;
  /** What it printed, as the runner shows it: secrets masked. */
  printed: string;
  /** What it added to the job's summary. */
  summary: string;
  readonly outputs: Record<string, string>;
  readonly annotations: Annotation[];
}

/** What became of a job. */
export interface JobRun {
  /** The exit code of the runner; 0 if the job is green. */
  readonly code: number | null;
  /** Everything that the runner shows. */
  readonly log: string;
  /** By the id that the workflow gives it, else by its place. */
  readonly steps: ReadonlyMap<string, StepRun>;
}

/** One line of act's log. Only `msg` is what it shows: the secrets in it are masked. */
interface LogRecord {
  readonly msg: string;
  readonly stepID?: readonly string[];
  readonly raw_output?: boolean;
  readonly stepResult?: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly kvPairs?: { readonly title?: string };
}

const LONGEST_MS = 50_000;

/**
 * Runs the one job of a workflow with act: on this machine, with the Node.js that runs the tests, without containers.
 * It does not run `actions/checkout`, but copies the workspace instead.
 */
export async function runJob(settings: ActSettings, job: Job): Promise<JobRun> {
  const { act, folder } = settings;
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const child = spawn(act, argumentsFor(settings, job), {
    // What act has in its environment, each step has in its own.
    env: {
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
      HOME: home,
      GIT_CONFIG_NOSYSTEM: '1',
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text));
  }
  const code = await new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', settle);
  });
  return { code, ...read(written) };
}

function argumentsFor({ folder, workspace, actions = {} }: ActSettings, job: Job): string[] {
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  // JSON is YAML, and needs no escapes of its own.
  const texts = (name: string, of: Texts): string => file(`${name}.yml`, JSON.stringify(of));
  const nothing = join(folder, 'nothing');
  mkdirSync(nothing, { recursive: true });
  return [
    job.event,
    ...['--directory', workspace ?? nothing, '--workflows', file('workflow.yml', job.workflow)],
    ...['--eventpath', file('event.json', JSON.stringify(job.payload)), '--actor', 'me'],
    ...['--env-file', texts('env', job.environment), '--secret-file', texts('secrets', job.secrets)],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--rm', '--json'],
    ...['--action-cache-path', join(folder, 'cache')],
    ...Object.entries(actions).flatMap(([uses, path]) => ['--local-repository', `${uses}=${path}`]),
  ];
}

function read(written: string): Omit<JobRun, 'code'> {
  const steps = new Map<string, StepRun>();
  const log = written.split('\n').map((line) => {
    if (!line.startsWith('{')) return line;
    const record = JSON.parse(line) as LogRecord;
    const id = record.stepID?.[0];
    if (id === undefined) return record.msg;
    const step = steps.get(id) ?? { result: undefined, printed: '', summary: '', outputs: {}, annotations: [] };
    steps.set(id, step);
    note(step, record);
    return record.msg;
  });
  return { log: log.join('\n'), steps };
}

function note(step: StepRun, { msg, arg = '', ...record }: LogRecord): void {
  if (record.raw_output === true) step.printed += msg;
  if (record.stepResult !== undefined) step.result = record.stepResult;
  if (record.command === 'set-output') step.outputs[record.name ?? ''] = arg;
  if (record.command === 'summary') step.summary += record.content ?? '';
  if (record.command === 'error' || record.command === 'warning' || record.command === 'notice') {
    step.annotations.push({ kind: record.command, title: record.kvPairs?.title ?? '', message: arg });
  }
}
