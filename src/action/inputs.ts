import { getInput, getMultilineInput } from '@actions/core';
import { readValues, type OptionName, type OptionNames, type RawOptions } from '../options/raw.js';
import type { Surroundings } from '../options/surroundings.js';
import { trim, trimmed } from '../options/trim.js';
import { urlOf } from '../protocol/url.js';

/** Spelling of an option in messages of the action. */
export const inputName: OptionNames = (option) => `\`${option}\``;

/** Reads the inputs of the action. The door masks the secrets among them in the log. */
export function readInputs(surroundings: Surroundings): RawOptions {
  const given = readValues({ text, list: lines });
  const { job } = surroundings;
  const sourceUrl = given['source-url'] || (job?.repositoryUrl ?? '');
  return {
    ...given,
    'source-url': sourceUrl,
    'source-token': given['source-token'] || jobToken(sourceUrl, job),
    surroundings,
  };
}

/** The job's own token belongs to the server that the job runs on, and goes nowhere else. */
function jobToken(sourceUrl: string, job: Surroundings['job']): string {
  const [source, own] = [urlOf(sourceUrl), urlOf(job?.repositoryUrl ?? '')];
  return source !== undefined && source.origin === own?.origin ? text('job-token') : '';
}

function text(option: OptionName): string {
  return trimmed(option, getInput(option, { trimWhitespace: false }));
}

function lines(option: OptionName): string[] {
  return getMultilineInput(option, { trimWhitespace: false })
    .map(trim)
    .filter((line) => line !== '');
}
