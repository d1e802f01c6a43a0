import * as core from '@actions/core';
import { plainLines } from '../report/workflow-commands.js';

/** A line above an annotation. */
interface Titled {
  readonly title?: string;
}

/** Shows an error beside the log: no command to the runner, whatever stands in it. */
export function error(text: string, { title }: Titled = {}): void {
  core.error(plainLines(text), titled(title));
}

export function warning(text: string, { title }: Titled = {}): void {
  core.warning(plainLines(text), titled(title));
}

export function notice(text: string, { title }: Titled = {}): void {
  core.notice(plainLines(text), titled(title));
}

/** Shows an error, and lets the step fail. */
export function setFailed(text: string): void {
  core.setFailed(plainLines(text));
}

function titled(title: string | undefined): core.AnnotationProperties {
  return title === undefined ? {} : { title: plainLines(title) };
}
