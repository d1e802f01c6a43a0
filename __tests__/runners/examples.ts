import { readFileSync } from 'node:fs';

/** The first workflow that the README shows, with another target than the one that is made up there. */
export function exampleWorkflow(targetUrl: string): string {
  const [, workflow = ''] = /^```yaml\n(on:[\s\S]*?)^```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
  return replaced(workflow, /(?<=target-url: )\S+/, targetUrl);
}

/** Replaces what must be there. */
export function replaced(text: string, what: RegExp | string, by: string): string {
  const changed = text.replace(what, () => by);
  if (changed === text) throw new Error(`there is no ${what.toString()} in: ${text}`);
  return changed;
}
