import type { Target } from './target.js';
import { FOLDERS } from './targets/folders.js';
import { HISTORIES } from './targets/histories.js';
import { HOSTS } from './targets/hosts.js';
import { HTTP } from './targets/http.js';
import { LFS } from './targets/lfs.js';
import { LISTS } from './targets/lists.js';
import { PACKS } from './targets/packs.js';
import { REPORTS } from './targets/reports.js';
import { SHOWN } from './targets/shown.js';
import { SSH } from './targets/ssh.js';
import { URLS } from './targets/urls.js';
import { WIRE } from './targets/wire.js';

/** Every parser that reads what a server, a user or a folder gives. */
export const TARGETS: readonly Target[] = [
  ...WIRE,
  ...PACKS,
  ...HISTORIES,
  ...HTTP,
  ...LFS,
  ...HOSTS,
  ...SSH,
  ...URLS,
  ...LISTS,
  ...FOLDERS,
  ...SHOWN,
  ...REPORTS,
];
