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
  'SystemRoot',
  'SSH_AUTH_SOCK',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_EXEC_PATH',
];

/** The environment for a child process: no secret, no prompt, messages in English. */
export function childEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed: Record<string, string> = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
