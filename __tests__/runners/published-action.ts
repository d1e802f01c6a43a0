import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What `uses` says in the examples of the documents. */
export const PUBLISHED = 'push-mirror/push-mirror@v1';

/** Copies what a runner needs of this project into a folder, as users get it: no modules are installed there. */
export function publishAction(folder: string): void {
  for (const path of ['action.yml', 'dist']) cpSync(resolve(path), join(folder, path), { recursive: true });
}
