import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TemplateStep } from '../src/api/requests';
import { layersOf } from '../src/pages/workflows/layers';
import { WorkflowsPage } from '../src/pages/workflows/WorkflowsPage';
import { fakeServer } from './fake/server';
import { show } from './page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const step = (id: string, ...needs: string[]): TemplateStep => ({
  id,
  needs,
  kind: 'command',
  agent: null,
  title: id,
  approval: false,
});

describe('workflows', () => {
  test('a workflow with problems shows where they are and cannot be run', async () => {
    show('/workflows?workflow=nightly', <WorkflowsPage />);
    const detail = await screen.findByRole('complementary', { name: 'Workflow nightly' });
    expect(within(detail).getByText('12:7')).toBeTruthy();
    expect(within(detail).getByRole<HTMLButtonElement>('button', { name: 'Run…' }).disabled).toBe(true);
  });

  test('the form is made from the parameters, a required one must be given, and the body equals the form', async () => {
    const { user } = show('/workflows?workflow=fix-issue&dialog=start', <WorkflowsPage />);
    const dialog = await screen.findByRole('dialog');
    const run = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Run' });
    expect(run.disabled).toBe(true);
    expect(within(dialog).getByText('Missing: issue.')).toBeTruthy();
    await user.type(within(dialog).getByLabelText(/^issue/), '4711');
    await user.click(within(dialog).getByRole('switch', { name: /^draft/ }));
    await user.type(within(dialog).getByLabelText('Base'), 'release');
    await user.click(run);
    await waitFor(() => expect(location.pathname).toBe('/ui/jobs/fix-issue-2'));
    expect(world.requests).toMatchObject([
      {
        path: '/workflow-runs',
        body: {
          workflow_template_id: 'fix-issue',
          params: { issue: '4711', depth: '3', draft: 'true' },
          base: 'release',
          initiated_by: 'operator',
          start: true,
        },
      },
    ]);
  });

  test('a refused field says so where it is', async () => {
    server.use(
      http.post('*/workflow-runs', () =>
        HttpResponse.json(
          { title: 'Invalid', errors: [{ pointer: '/params/issue', detail: 'No such issue.' }] },
          {
            status: 422,
            headers: { 'Content-Type': 'application/problem+json' },
          },
        ),
      ),
    );
    const { user } = show('/workflows?workflow=fix-issue&dialog=start', <WorkflowsPage />);
    await user.type(await screen.findByLabelText(/^issue/), '1');
    await user.click(screen.getByRole('button', { name: 'Run' }));
    expect(await screen.findByText('No such issue.')).toBeTruthy();
    expect(location.search).toContain('dialog=start');
  });

  test('a step stands after everything it needs, and a circle ends', () => {
    const placed = layersOf([step('a'), step('b', 'a'), step('c', 'a'), step('d', 'c', 'a'), step('x', 'y'), step('y', 'x')]);
    const columnOf = new Map(placed.map(({ step: { id }, column }) => [id, column]));
    expect(['a', 'b', 'c', 'd'].map((id) => columnOf.get(id))).toEqual([0, 1, 1, 2]);
    expect(placed.find(({ step: { id } }) => id === 'c')?.row).toBe(1);
    expect(placed.length).toBe(6);
  });
});
