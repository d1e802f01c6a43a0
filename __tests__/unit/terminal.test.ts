import { beforeEach, describe, expect, test } from '@jest/globals';
import { TerminalLog, type Terminal } from '../../src/cli/terminal.js';
import { Secrets } from '../../src/redaction/secrets.js';

const SECRET = 's3cr3t-token';
const ERASE = '\r\u001b[2K';

let clock: number;
let written: string[];

beforeEach(() => {
  clock = 1_000_000;
  written = [];
});

function terminal(settings: { isTTY: boolean; columns?: number; isVerbose?: boolean }): TerminalLog {
  const { isVerbose = false, ...rest } = settings;
  const out: Terminal = { write: (text) => written.push(text), ...rest };
  return new TerminalLog(out, new Secrets([SECRET]), isVerbose, () => clock);
}

/** Tells of a pack that goes on for so many seconds, ten times a second, a megabyte each. */
function relay(log: TerminalLog, seconds: number): void {
  const startedAt = clock;
  for (let step = 1; step <= seconds * 10; step += 1) {
    clock += 100;
    log.progress({ what: 'pack', bytes: step * 1_000_000, startedAt, isDone: false });
  }
  log.progress({ what: 'pack', bytes: seconds * 10_000_000, startedAt, isDone: true });
}

describe('elsewhere than on a terminal', () => {
  test('writes plain lines', () => {
    const log = terminal({ isTTY: false });
    log.info('first');
    log.warn('second');
    log.remote('target', 'third');

    expect(written).toEqual(['first\n', 'warning: second\n', 'remote: third\n']);
  });

  test('says no more than is asked for', () => {
    const log = terminal({ isTTY: false });
    log.debug('detail');
    log.remote('source', 'Counting objects: 100% (4/4)');

    expect(written).toEqual([]);
  });

  test('says more where that is asked for, line by line', () => {
    const log = terminal({ isTTY: false, isVerbose: true });
    log.debug('Error: x\n    at y\u001b[31m');
    log.remote('source', 'Counting objects: 100% (4/4)');

    expect(written).toEqual([
      'debug: Error: x\n',
      'debug:     at y\\x1b[31m\n',
      'debug: source: Counting objects: 100% (4/4)\n',
    ]);
  });

  test('tells of a pack once in ten seconds, in whole lines', () => {
    relay(terminal({ isTTY: false }), 35);

    expect(written).toEqual([
      'relaying: 100 MB, 10 MB/s after 10.0 s\n',
      'relaying: 200 MB, 10 MB/s after 20.0 s\n',
      'relaying: 300 MB, 10 MB/s after 30.0 s\n',
    ]);
  });

  test('does not tell of a pack that is through in no time', () => {
    relay(terminal({ isTTY: false }), 5);

    expect(written).toEqual([]);
  });
});

describe('on a terminal', () => {
  test('draws a bar in place, and takes it away', () => {
    relay(terminal({ isTTY: true, columns: 80 }), 3);

    expect(written.length).toBeGreaterThan(5);
    expect(written.slice(0, -1).filter((text) => !/^\r\u001b\[2Krelaying \[ *= *\] \d/.test(text))).toEqual([]);
    expect(written.at(-1)).toBe(ERASE);
    expect(written.join('')).not.toContain('\n');
  });

  test('the bar moves', () => {
    relay(terminal({ isTTY: true }), 3);

    expect(new Set(written.map((text) => text.indexOf('='))).size).toBeGreaterThan(10);
  });

  test('draws no more than ten times a second', () => {
    const log = terminal({ isTTY: true });
    const startedAt = clock;
    for (let step = 0; step < 1000; step += 1) {
      clock += 1;
      log.progress({ what: 'pack', bytes: step, startedAt, isDone: false });
    }

    expect(written.length).toBeLessThanOrEqual(11);
  });

  test('never fills a line to its end, so that it does not wrap', () => {
    relay(terminal({ isTTY: true, columns: 30 }), 3);

    expect(Math.max(...written.map((text) => text.replace(ERASE, '').length))).toBe(29);
  });

  test('a line takes the place of the bar', () => {
    const log = terminal({ isTTY: true });
    log.progress({ what: 'pack', bytes: 1, startedAt: clock - 50, isDone: false });
    log.info('a line');
    log.info('another');

    expect(written.slice(1)).toEqual([ERASE, 'a line\n', 'another\n']);
  });

  test("shows the source's progress where the bar will be", () => {
    terminal({ isTTY: true }).remote('source', 'Counting objects: 100%');

    expect(written).toEqual([`${ERASE}source: Counting objects: 100%`]);
  });

  test('a pack that is through at once leaves nothing behind', () => {
    terminal({ isTTY: true }).progress({ what: 'pack', bytes: 317, startedAt: clock, isDone: true });

    expect(written).toEqual([]);
  });
});

test.each([true, false])('secrets are masked everywhere (terminal: %s)', (isTTY) => {
  const log = terminal({ isTTY, isVerbose: true });
  for (const tell of ['debug', 'info', 'warn'] as const) log[tell](`the token ${SECRET}`);
  log.remote('target', SECRET);
  log.remote('source', SECRET);

  expect(written.join('')).toContain('*****');
  expect(written.join('')).not.toContain(SECRET);
});

// In a step of a workflow the runner reads what the command prints.
test.each([true, false])('what a server says is no command to a runner (terminal: %s)', (isTTY) => {
  const log = terminal({ isTTY, isVerbose: true });
  for (const said of [
    '::error::x',
    '  ::set-output name=a::b',
    'a\r::stop-commands::x',
    'so ##[error]x',
    '##vso[task.x]y',
  ]) {
    log.info(said);
    log.warn(said);
    log.debug(said);
    log.remote('source', said);
  }

  const lines = written.join('').split(/[\n\r]/);
  expect(lines.filter((line) => line.trimStart().startsWith('::') || /##\w*\[/.test(line))).toEqual([]);
  expect(written).toEqual(expect.arrayContaining([': :error::x\n', 'so # #[error]x\n', '# #vso[task.x]y\n']));
});
