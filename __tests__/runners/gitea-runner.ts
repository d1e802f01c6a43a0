import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What Gitea's own runner needs to become one of a Gitea's. */
export interface GiteaRunnerSettings {
  /** The absolute path of `gitea-runner`. */
  readonly program: string;
  /** The root of the Gitea. */
  readonly root: string;
  readonly registrationToken: string;
  /** For all that it writes; it is made. */
  readonly folder: string;
}

const run = promisify(execFile);
const LONGEST_MS = 50_000;

/** Gitea's own runner: on this machine, with the Node.js that runs the tests, without containers. */
export class GiteaRunner {
  readonly #settings: GiteaRunnerSettings;

  private constructor(settings: GiteaRunnerSettings) {
    this.#settings = settings;
  }

  /** Makes a runner known to a Gitea. */
  static async register(settings: GiteaRunnerSettings): Promise<GiteaRunner> {
    const { folder, root, registrationToken } = settings;
    mkdirSync(join(folder, 'home'), { recursive: true });
    const file = { file: join(folder, 'registration'), fetch_interval: '100ms', fetch_interval_max: '100ms' };
    // JSON is YAML.
    const configuration = { runner: file, cache: { enabled: false }, host: { workdir_parent: join(folder, 'jobs') } };
    writeFileSync(join(folder, 'configuration.yml'), JSON.stringify(configuration));
    const runner = new GiteaRunner(settings);
    const about = ['--name', 'runner', '--labels', 'ubuntu-latest:host'];
    await runner.#run('register', '--no-interactive', '--instance', root, '--token', registrationToken, ...about);
    return runner;
  }

  /** Waits for a job, runs it, and reports it to Gitea. */
  async runNext(): Promise<void> {
    await this.#run('daemon', '--once');
  }

  async #run(...args: readonly string[]): Promise<void> {
    const { program, folder } = this.#settings;
    await run(program, ['--config', join(folder, 'configuration.yml'), ...args], {
      cwd: folder,
      env: {
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
        HOME: join(folder, 'home'),
        GIT_CONFIG_NOSYSTEM: '1',
        LC_ALL: 'C.UTF-8',
      },
      timeout: LONGEST_MS,
    });
  }
}
