import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { git } from '../repositories/git.js';
import { stringify } from 'yaml';

type Texts = Readonly<Record<string, string>>;

/** How gitlab-ci-local is run. */
export interface GitlabRunnerSettings {
  /** The absolute path of `gitlab-ci-local`. */
  readonly program: string;
  /** For all that it writes; it is made. */
  readonly folder: string;
}

/** A project, and what GitLab knows when one of its pipelines runs. */
export interface Project {
  /** The URL of its repository: where it is, and on which GitLab. */
  readonly url: string;
  /** Its files, by their paths: `.gitlab-ci.yml` and others. */
  readonly files: Texts;
  /** Variables of the pipeline that GitLab sets. */
  readonly predefined: Texts;
  /** Its CI/CD variables. */
  readonly variables?: Texts;
  /** Its CI/CD variables of the type "File". */
  readonly fileVariables?: Texts;
}

/** What became of a pipeline. */
export interface PipelineRun {
  /** The exit code of the runner; 0 if the pipeline is green. */
  readonly code: number | null;
  /** Everything that the runner shows. */
  readonly log: string;
  /** What a job printed. */
  readonly printed: (job: string) => string;
  /** What a job left: a file by its path, or its report for GitLab by its kind and path. */
  readonly artifact: (job: string, path: string) => string | undefined;
}

const LONGEST_MS = 50_000;
const STATE = '.gitlab-ci-local';

/** Runs a pipeline with gitlab-ci-local: on this machine, with the Node.js that runs the tests, without containers. */
export async function runPipeline(
  { program, folder }: GitlabRunnerSettings,
  project: Project,
  options: readonly string[] = [],
): Promise<PipelineRun> {
  const [workspace, home] = [join(folder, 'workspace'), join(folder, 'home')];
  checkOut(workspace, project);
  mkdirSync(join(home, STATE), { recursive: true });
  writeFileSync(join(home, STATE, 'variables.yml'), stringify({ global: variablesOf(project) }));
  const settings = ['--force-shell-executor', '--shell-isolation', '--no-artifacts-to-source', '--fetch-includes'];
  const predefined = Object.entries(project.predefined).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  const child = spawn(
    program,
    ['--home', home, ...settings, '--no-color', '--concurrency=1', ...predefined, ...options],
    {
      cwd: workspace,
      // What the runner has in its environment, each job has in its own.
      env: {
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
        HOME: home,
        GIT_CONFIG_NOSYSTEM: '1',
        LC_ALL: 'C.UTF-8',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const code = await new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', settle);
  });
  forget(project.fileVariables);
  const kept = (...path: readonly string[]): string | undefined => {
    const file = join(workspace, STATE, ...path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  return {
    code,
    log,
    printed: (job) => kept('output', `${job}.log`) ?? '',
    artifact: (job, path) => kept('artifacts', job, path),
  };
}

/** The path of the variables that a job leaves for later ones. */
export const DOTENV = '.gitlab-ci-reports/dotenv/push-mirror.env';

/** The project as a runner has it: only what is committed is in it. */
function checkOut(workspace: string, { url, files }: Project): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  git(workspace, ['init', '--quiet']);
  writeFileSync(join(workspace, '.git', 'info', 'exclude'), `${STATE}/\n`);
  git(workspace, ['add', '--all']);
  git(workspace, ['commit', '--quiet', '--message', 'the project']);
  git(workspace, ['remote', 'add', 'origin', url]);
}

function variablesOf({ variables = {}, fileVariables = {} }: Project): object {
  const typed = (type: string, of: Texts): [string, object][] =>
    Object.entries(of).map(([name, content]) => [name, { type, values: { '*': content } }]);
  return Object.fromEntries([...typed('variable', variables), ...typed('file', fileVariables)]);
}

/** The runner leaves what it writes of variables of the type "File" before it knows the project. */
function forget(fileVariables: Texts = {}): void {
  for (const name of readdirSync(LEFT.folder).filter((one) => one.startsWith(LEFT.prefix))) {
    const folder = join(LEFT.folder, name);
    const isOurs = ([variable, content]: [string, string]): boolean =>
      existsSync(join(folder, variable)) && readFileSync(join(folder, variable), 'utf8') === content;
    if (Object.entries(fileVariables).some(isOurs)) rmSync(folder, { recursive: true });
  }
}

const LEFT = { folder: '/tmp', prefix: 'gitlab-ci-local-file-variables-' } as const;
