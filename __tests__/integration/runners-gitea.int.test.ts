import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formsOf } from '../canary.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { commitLfs } from '../repositories/lfs.js';
import { needed } from '../requires.js';
import { exampleWorkflow, replaced } from '../runners/examples.js';
import { GiteaRunner } from '../runners/gitea-runner.js';
import { publishAction, PUBLISHED } from '../runners/published-action.js';
import { GiteaActions } from '../servers/gitea-actions.js';
import { GiteaServer } from '../servers/gitea-server.js';

const gitea = needed('gitea');
const program = needed('gitea-runner');
const START_MS = 60_000;

gitea.describe('in a real Gitea', () => {
  program.describe(`with its own runner on Node.js ${process.versions.node}`, () => {
    let scratch: Scratch;
    let server: GiteaServer;
    let actions: GiteaActions;

    beforeAll(async () => {
      scratch = new Scratch();
      server = await GiteaServer.start(scratch.join('gitea'), { gitea: gitea.path, actions: true });
      actions = new GiteaActions(server);
      await publish();
    }, START_MS);

    afterAll(async () => {
      await server.stop();
      scratch.remove();
    }, START_MS);

    /** Puts the action where the examples look for it: a repository that everybody may read, with a tag. */
    async function publish(): Promise<void> {
      const [name = '', version = ''] = PUBLISHED.split('@');
      const [owner = '', repository = ''] = name.split('/');
      const token = await actions.createUserWithRepository(owner, repository);
      const folder = scratch.join('action');
      publishAction(folder);
      git(folder, ['init', '--quiet']);
      git(folder, ['add', '--all']);
      git(folder, ['commit', '--quiet', '--message', version]);
      git(folder, ['tag', version]);
      const url = `${server.root}/${name}.git`.replace('://', `://${owner}:${token}@`);
      git(folder, ['push', '--quiet', url, 'main', version]);
    }

    /** A private repository with a workflow, its private mirror, and a runner. */
    async function project(name: string, edit: (workflow: string) => string = (workflow) => workflow) {
      const mirror = `${name}-mirror`;
      await server.createRepository(name, true);
      await server.createRepository(mirror, true);
      await actions.setSecret(name, 'MIRROR_TOKEN', server.token);
      const runner = await GiteaRunner.register({
        program: program.path,
        root: server.root,
        registrationToken: await actions.registrationToken(name),
        folder: scratch.join(`runner-${name}`),
      });
      const source = TestRepository.create(scratch.join(`${name}.git`));
      const workflow = edit(exampleWorkflow(server.url(mirror)));
      commitLfs(source, { files: { '.gitea/workflows/mirror.yml': workflow } });
      const push = (...refspecs: readonly string[]): string =>
        source.git(['push', '--quiet', server.url(name).replace('://', `://user:${server.token}@`), ...refspecs]);
      return { name, mirror, runner, source, push, target: TestRepository.at(server.path(mirror)) };
    }

    test('the workflow of the README brings a private repository into another: what is new, then what is gone', async () => {
      const { name, push, runner, source, target } = await project('example');

      push('main');
      await runner.runNext();

      expect(target.refs()).toEqual(source.refs());
      expect(await actions.log(name, 0)).toMatch(/created {3}refs\/heads\/main[^]*::set-output:: status=finished/);

      source.set({ 'refs/heads/topic': source.refs()['refs/heads/main']! });
      push('topic');
      await runner.runNext();

      expect(target.refs()).toEqual(source.refs());

      push(':topic');
      await runner.runNext();

      expect(await actions.log(name, 2)).toContain('::set-output:: deleted-refs=["refs/heads/topic"]');
      expect(Object.keys(target.refs())).toEqual(['refs/heads/main']);
      expect(await actions.runs(name)).toEqual([
        { event: 'push', status: 'completed', conclusion: 'success' },
        { event: 'push', status: 'completed', conclusion: 'success' },
        { event: 'delete', status: 'completed', conclusion: 'success' },
      ]);
    });

    test('by the clock, and by hand', async () => {
      const { name, push, runner, source, target } = await project('timed', (workflow) =>
        replaced(workflow, '[push, delete]', "{ schedule: [{ cron: '@every 1s' }], workflow_dispatch: {} }"),
      );

      push('main');
      await runner.runNext();

      expect(await actions.log(name, 0)).toMatch(/triggered by event: schedule\n[^]*Job succeeded/);
      expect(target.refs()).toEqual(source.refs());

      source.set({ 'refs/heads/topic': source.commit([source.refs()['refs/heads/main']!]) });
      push('topic');
      await actions.dispatch(name, 'mirror.yml', 'main');
      await runner.runNext();

      expect(await actions.log(name, 1)).toMatch(/triggered by event: workflow_dispatch\n[^]*Job succeeded/);
      expect(target.refs()).toEqual(source.refs());
    });

    test('a ref that the mirror refuses makes the run a failure; the log that Gitea keeps says why, and no token', async () => {
      const seen = ['github.token', 'secrets.MIRROR_TOKEN', 'steps.mirror.outputs.rejected-refs'];
      const onlooker = { if: 'always()', run: `echo '${seen.map((name) => `\${{ ${name} }}`).join(' and ')}'` };
      const { name, mirror, push, runner, source, target } = await project('refused', (workflow) => {
        const named = replaced(workflow, '- uses:', '- id: mirror\n        uses:');
        return `${named}      - ${JSON.stringify(onlooker)}\n`;
      });
      await server.protectBranch(mirror, { rule_name: 'release' });
      source.set({ 'refs/heads/release': source.refs()['refs/heads/main']! });

      // One after the other: of two runs at once, the workflow's `concurrency` cancels one.
      push('main');
      await runner.runNext();
      push('release');
      await runner.runNext();

      expect(await actions.runs(name)).toEqual([
        { event: 'push', status: 'completed', conclusion: 'success' },
        { event: 'push', status: 'completed', conclusion: 'failure' },
      ]);
      const log = await actions.log(name, 1);
      expect(log).toMatch(/rejected {2}refs\/heads\/release[^]*The branch is protected on the target/);
      expect(log).toMatch(/ \*\*\* and \*\*\* and \["refs\/heads\/release"\]$/m);
      expect(formsOf(server.token).filter((form) => log.includes(form))).toEqual([]);
      expect(Object.keys(target.refs())).toEqual(['refs/heads/main']);
    });

    test("only protected branches: the job's own token is enough to ask which they are", async () => {
      const { name, push, runner, source, target } = await project('protected', (workflow) =>
        replaced(workflow, /\n$/, '\n          only-protected-branches: true\n'),
      );
      await server.protectBranch(name, { rule_name: 'release/*', enable_push: true });
      const main = source.refs()['refs/heads/main']!;
      source.set({ 'refs/heads/release/1': main, 'refs/tags/v1': main });

      push('main', 'release/1', 'v1');
      await runner.runNext();

      expect(Object.keys(target.refs())).toEqual(['refs/heads/release/1', 'refs/tags/v1']);
    });
  });
});
