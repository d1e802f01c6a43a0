import type { Target } from './target.js';
import { ADDRESSES } from './targets/addresses.js';
import { FOLDERS } from './targets/folders.js';
import { HISTORIES } from './targets/histories.js';
import { HOSTS } from './targets/hosts.js';
import { HTTP } from './targets/http.js';
import { LFS } from './targets/lfs.js';
import { LISTS } from './targets/lists.js';
import { NAMES } from './targets/names.js';
import { PACKS } from './targets/packs.js';
import { PUSH_REPORTS } from './targets/push-reports.js';
import { REPORTS } from './targets/reports.js';
import { SHOWN } from './targets/shown.js';
import { SSH } from './targets/ssh.js';
import { URLS } from './targets/urls.js';
import { WINDOWS } from './targets/windows.js';
import { WIRE } from './targets/wire.js';

/** Every parser that reads what a server, a user or a folder gives. */
export const TARGETS: readonly Target[] = [
  ...WIRE,
  ...PUSH_REPORTS,
  ...PACKS,
  ...HISTORIES,
  ...HTTP,
  ...LFS,
  ...HOSTS,
  ...SSH,
  ...URLS,
  ...ADDRESSES,
  ...LISTS,
  ...FOLDERS,
  ...SHOWN,
  ...NAMES,
  ...WINDOWS,
  ...REPORTS,
];
