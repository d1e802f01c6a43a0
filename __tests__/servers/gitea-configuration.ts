import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Where one Gitea has its files, and where it listens. */
export interface GiteaPlace {
  readonly folder: string;
  readonly httpPort: number;
  readonly sshPort: number;
  /** Whether workflows are run, also by the clock. */
  readonly actions: boolean;
}

/** The host key of the SSH server: made before Gitea would make one of 4096 bits itself, which takes seconds. */
export const HOST_KEY = 'host_key';

/** The error log, below the folder. */
export const LOG = 'gitea.log';

/** Where the repositories are, below the folder: `OWNER/NAME.git`. */
export const REPOSITORIES = 'repositories';

const SWITCHED_OFF = ['mailer', 'oauth2', 'packages', 'cron', 'cron.update_checker', 'metrics', 'federation'];

/** `app.ini` for a Gitea that is installed, speaks to nobody, and does nothing by the clock but what workflows want. */
export function giteaConfiguration({ folder, httpPort, sshPort, actions }: GiteaPlace): string {
  return [
    `RUN_USER = ${userInfo().username}`,
    'RUN_MODE = prod',
    `WORK_PATH = ${folder}`,
    ...section('server', {
      PROTOCOL: 'http',
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: httpPort,
      ROOT_URL: `http://127.0.0.1:${httpPort}/`,
      OFFLINE_MODE: true,
      START_SSH_SERVER: true,
      BUILTIN_SSH_SERVER_USER: 'git',
      SSH_LISTEN_HOST: '127.0.0.1',
      SSH_LISTEN_PORT: sshPort,
      SSH_PORT: sshPort,
      SSH_DOMAIN: '127.0.0.1',
      SSH_ROOT_PATH: join(folder, 'ssh'),
      SSH_SERVER_HOST_KEYS: join(folder, HOST_KEY),
      LFS_START_SERVER: true,
      LFS_JWT_SECRET: randomBytes(32).toString('base64url'),
      GRACEFUL_HAMMER_TIME: '1s',
    }),
    ...section('database', { DB_TYPE: 'sqlite3', PATH: join(folder, 'gitea.db') }),
    ...section('security', {
      INSTALL_LOCK: true,
      SECRET_KEY: randomBytes(32).toString('hex'),
      INTERNAL_TOKEN: randomBytes(32).toString('hex'),
      // The slow kinds are made to be slow.
      PASSWORD_HASH_ALGO: 'pbkdf2$1000$50',
    }),
    ...section('repository', { ROOT: join(folder, REPOSITORIES) }),
    ...section('log', { MODE: 'file', LEVEL: 'warn' }),
    ...section('log.file', { FILE_NAME: join(folder, LOG), LOG_ROTATE: false }),
    ...section('service', { DISABLE_REGISTRATION: true }),
    ...section('session', { PROVIDER: 'memory' }),
    ...section('indexer', { ISSUE_INDEXER_TYPE: 'db' }),
    ...SWITCHED_OFF.flatMap((name) => section(name, { ENABLED: false })),
    ...section('actions', { ENABLED: actions, DEFAULT_ACTIONS_URL: 'self' }),
    ...section('cron.start_schedule_tasks', { ENABLED: actions, SCHEDULE: '@every 1s' }),
    '',
  ].join('\n');
}

function section(name: string, settings: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  return [`[${name}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`)];
}
