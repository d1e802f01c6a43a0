import { platform } from 'node:os';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the environment that a child process may see. Everything else stays here: the inputs of an action and
 * the secrets of a command stand in the environment of this process.
 */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TMP',
  'TEMP',
  'SSH_AUTH_SOCK',
  // Git trusts the repositories of whoever called sudo.
  'SUDO_UID',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_EXEC_PATH',
  'GIT_NO_LAZY_FETCH',
];

/**
 * Further ones that programs of Windows need: ssh ends without `ProgramData` (Win32-OpenSSH, w32fd.c), git finds the home
 * folder by the others (git, compat/mingw.c), and nothing gets a connection without `SystemRoot`.
 */
const PASSED_ON_WINDOWS = [
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'ProgramData',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
];

/** Keeps programs from taking others, which they name without a folder, from the current folder. */
const NO_CURRENT_FOLDER = { NoDefaultCurrentDirectoryInExePath: '1' };

/** The environment for a child process: no secret, no prompt, messages in English. */
export function childEnvironment(environment: Environment, os = platform()): Record<string, string> {
  const isWindows = os === 'win32';
  const valueOf = isWindows ? readerOf(environment) : (name: string) => environment[name];
  const passed: Record<string, string> = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  for (const name of isWindows ? [...PASSED_ON, ...PASSED_ON_WINDOWS] : PASSED_ON) {
    const value = valueOf(name);
    if (value !== undefined) passed[name] = value;
  }
  return { ...passed, ...(isWindows ? NO_CURRENT_FOLDER : {}), ...settingsIn(environment) };
}

/** Reads variables as Windows does, where their names have no case. */
function readerOf(environment: Environment): (name: string) => string | undefined {
  const byName = new Map(Object.entries(environment).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => environment[name] ?? byName.get(name.toLowerCase());
}

/** Settings that decide which folders git reads, and hold no secret. */
const PASSED_SETTINGS = new Set(['safe.directory', 'safe.barerepository', 'lfs.storage']);
const MOST_SETTINGS = 1000;

/** Passes on settings that are given to git as variables (git-config, `GIT_CONFIG_COUNT`). */
function settingsIn(environment: Environment): Record<string, string> {
  const count = Number(environment.GIT_CONFIG_COUNT ?? 0);
  if (!Number.isInteger(count) || count < 1 || count > MOST_SETTINGS) return {};
  const all = Array.from({ length: count }, (_, at) => ({
    name: environment[`GIT_CONFIG_KEY_${at}`] ?? '',
    value: environment[`GIT_CONFIG_VALUE_${at}`] ?? '',
  }));
  const passed = all.filter(({ name }) => PASSED_SETTINGS.has(name.toLowerCase()));
  if (passed.length === 0) return {};
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(passed.length) };
  for (const [at, { name, value }] of passed.entries()) {
    variables[`GIT_CONFIG_KEY_${at}`] = name;
    variables[`GIT_CONFIG_VALUE_${at}`] = value;
  }
  return variables;
}
