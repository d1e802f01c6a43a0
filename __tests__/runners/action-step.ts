import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBundle, type Ended, type Runner } from '../run.js';

type Texts = Readonly<Record<string, string>>;

/** What a step of the action came to. */
export interface Step extends Ended {
  readonly outputs: Texts;
  /** The job summary, as Markdown. */
  readonly summary: string;
}

/**
 * Runs the action's bundle as a runner does: inputs in the environment, outputs and summary in files.
 *
 * @param folder the job's workspace; the files go to `temp` in it
 * @param environment beside that of a job of `me/project` on `https://github.example`
 */
export async function runStep(
  folder: string,
  inputs: Texts,
  environment: Texts = {},
  runner: Omit<Runner, 'folder'> = {},
): Promise<Step> {
  const temp = join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const ended = await runBundle(
    'action',
    [],
    {
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'me/project',
      RUNNER_TEMP: temp,
      ...files,
      ...environment,
    },
    { ...runner, folder },
  );
  return {
    ...ended,
    outputs: outputsIn(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

function outputsIn(file: string): Record<string, string> {
  const found = file.matchAll(/^([^\n<]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries(Array.from(found, ([, name = '', , value = '']) => [name, value]));
}
