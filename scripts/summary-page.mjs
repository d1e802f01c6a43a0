// Shows docs/summary.md as GitHub does, light and dark, and takes docs/summary-light.png and docs/summary-dark.png of it.
// Needs cmark-gfm, chromium, fonts-noto-color-emoji, imagemagick and pngquant (Debian's names), and GitHub's style:
//   npm install --prefix FOLDER github-markdown-css
//   node scripts/summary-page.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [packages] = process.argv.slice(2);
if (packages === undefined) throw new Error('Give the folder in which github-markdown-css is installed.');

// The tallest page that is shown, and how wide GitHub's page for a job is.
const [WIDTH, HEIGHT] = [1012, 4000];
const MARGIN = 24;
const BACKGROUNDS = { light: '#ffffff', dark: '#0d1117' };
// https://primer.style/octicons, "stop".
const STOP =
  '<svg class="octicon mr-2" viewBox="0 0 16 16" width="16" height="16"><path d="M4.47.22A.749.749 0 0 1 5 0h6c.199 0 .389.079.53.22l4.25 4.25c.141.14.22.331.22.53v6a.749.749 0 0 1-.22.53l-4.25 4.25A.749.749 0 0 1 11 16H5a.749.749 0 0 1-.53-.22L.22 11.53A.749.749 0 0 1 0 11V5c0-.199.079-.389.22-.53Zm.84 1.28L1.5 5.31v5.38l3.81 3.81h5.38l3.81-3.81V5.31L10.69 1.5ZM8 4a.75.75 0 0 1 .75.75v3.5a.75.75 0 0 1-1.5 0v-3.5A.75.75 0 0 1 8 4Zm0 8a1 1 0 1 1 0-2 1 1 0 0 1 0 2Z"></path></svg>';

const run = (program, ...args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** GitHub's Markdown, with the one kind of alert that a summary has. */
function rendered(path) {
  const extensions = ['table', 'autolink', 'strikethrough', 'tagfilter'].flatMap((name) => ['--extension', name]);
  const html = run('cmark-gfm', '--unsafe', ...extensions, path);
  return html.replace(
    /<blockquote>\n<p>\[!CAUTION\]\n([^]*?)<\/blockquote>/g,
    (_all, text) =>
      `<div class="markdown-alert markdown-alert-caution"><p class="markdown-alert-title">${STOP}Caution</p><p>${text}</div>`,
  );
}

function page(mode) {
  const style = readFileSync(join(packages, `node_modules/github-markdown-css/github-markdown-${mode}.css`), 'utf8');
  const own = `body { margin: 0; background: ${BACKGROUNDS[mode]} } .markdown-body { padding: ${MARGIN}px }`;
  return `<!doctype html><meta charset="utf-8"><style>${style}${own}</style><article class="markdown-body">${rendered('docs/summary.md')}</article>`;
}

const folder = mkdtempSync(join(tmpdir(), 'summary-page-'));
for (const [mode, background] of Object.entries(BACKGROUNDS)) {
  const [html, whole, cut] = ['page.html', 'whole.png', 'cut.png'].map((name) => join(folder, name));
  writeFileSync(html, page(mode));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];
  run('chromium', ...flags, `--window-size=${WIDTH},${HEIGHT}`, `--screenshot=${whole}`, `file://${html}`);
  run('convert', whole, '-trim', '-bordercolor', background, '-border', `${MARGIN}`, '+repage', cut);
  run('pngquant', '--force', '--strip', '--output', resolve(`docs/summary-${mode}.png`), '64', cut);
}
rmSync(folder, { recursive: true });
