import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Phase } from '../../src/api/types';
import { JobGraph } from '../../src/graph/JobGraph';
import { layoutKey, shapeOf, type Places } from '../../src/graph/layout';
import { clustersOf, edgesOf, opened, Structure, type Cluster } from '../../src/graph/structure';
import { nextBox } from '../../src/graph/walk';
import { documentOf } from '../fake/documents';
import { largeJob } from '../fake/large';
import { fakeServer } from '../fake/server';
import { specs } from '../fake/specs';
import { show } from '../page';

const now = new Date('2026-11-20T12:00:00Z');
const asked: string[] = [];
// The engine needs a worker, which the environment has not: places by depth and order stand in for its.
vi.mock('../../src/graph/layout', async (original) => ({
  ...(await original<typeof import('../../src/graph/layout')>()),
  placesOf: (clusters: Cluster[]): Promise<Places> => {
    asked.push(clusters.map((one) => one.id).join(' '));
    return Promise.resolve(new Map(clusters.map((one, index) => [one.id, { x: index * 250, y: (index % 3) * 90 }])));
  },
}));
// A running step asks when its latest attempt began.
const { server } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => (asked.length = 0));
afterAll(() => server.close());

const login = () => {
  const spec = specs.find((one) => one.id === 'fix-login');
  if (!spec) throw new Error('no fix-login');
  return documentOf(spec, now).phases;
};
const large = (count: number) => largeJob(`steps-${count}`, now)?.phases ?? [];
const nothing = () => undefined;

function graph(
  steps: Phase[],
  structure: Structure,
  onOpen: (step: string) => void = nothing,
  onSelect: (steps: string[]) => void = nothing,
) {
  return (
    <JobGraph
      steps={steps}
      structure={structure}
      current={null}
      selected={new Set()}
      shown={new Set(steps.map((step) => step.name))}
      onOpen={onOpen}
      onSelect={onSelect}
    />
  );
}

describe('the graph', () => {
  test('no box moves and nothing is laid out again when states change', async () => {
    const steps = login();
    const structure = new Structure(steps);
    const { rerender, queries } = show('/jobs/fix-login', graph(steps, structure));
    await screen.findByRole('button', { name: /^test-linux, failed/ });
    const places = () => [...document.querySelectorAll<HTMLElement>('.react-flow__node')].map((node) => node.style.transform);
    const before = places();
    expect([new Set(before).size, asked.length]).toEqual([6, 1]);

    const { MantineProvider } = await import('@mantine/core');
    const { QueryClientProvider } = await import('@tanstack/react-query');
    const { Router } = await import('wouter');
    const changed = steps.map((step): Phase => ({ ...step, status: 'RUNNING', failure: null, attempts: 3 }));
    rerender(
      <MantineProvider env="test">
        <QueryClientProvider client={queries}>
          <Router base="/ui">{graph(changed, structure)}</Router>
        </QueryClientProvider>
      </MantineProvider>,
    );
    await screen.findByRole('button', { name: /^test-linux, running/ });
    expect(places()).toEqual(before);
    expect(asked).toHaveLength(1);
  });

  test('arrows lead to the next box, Enter opens its step, Shift+click selects it', async () => {
    const opened: string[] = [];
    const selected: string[][] = [];
    const { user } = show(
      '/jobs/fix-login',
      graph(
        login(),
        new Structure(login()),
        (step) => opened.push(step),
        (steps) => selected.push(steps),
      ),
    );
    (await screen.findByRole('button', { name: /^plan/ })).focus();
    await user.keyboard('{ArrowRight}');
    await waitFor(() => expect(document.activeElement?.getAttribute('data-node')).toBe('implement'));
    await user.keyboard('{Enter}');
    expect(opened).toEqual(['implement']);
    fireEvent.click(screen.getByRole('button', { name: /^lint/ }), { shiftKey: true });
    expect([opened.length, selected]).toEqual([1, [['lint']]]);
  });
});

describe('what is drawn', () => {
  test('up to 60 steps are cards, up to 200 pills, more are groups with counts', () => {
    const shapes = (count: number) => {
      const steps = large(count);
      const clusters = clustersOf(steps, new Structure(steps));
      return [clusters.length, ...new Set(clusters.map((one) => shapeOf(one, clusters.length)))];
    };
    expect(shapes(60)).toEqual([60, 'card']);
    expect(shapes(61)).toEqual([61, 'pill']);
    expect(shapes(200)).toEqual([200, 'pill']);
    expect(shapes(201)[0]).toBeLessThan(20);
    expect(shapes(2000)).toContain('group');
    expect(shapes(2000)[0]).toBeLessThanOrEqual(120);
  });

  test.each([201, 2000])('groups of %i steps hold every step once, and their graph has no circle', (count) => {
    const steps = large(count);
    const structure = new Structure(steps);
    const clusters = clustersOf(steps, structure);
    expect(clusters.flatMap((one) => one.members).sort()).toEqual(steps.map((step) => step.name).sort());
    const edges = edgesOf(clusters, structure);
    const among = new Structure(
      clusters.map((one) => ({ name: one.id, needs: edges.filter((edge) => edge.to === one.id).map((edge) => edge.from) })),
    );
    // A step in a circle never becomes ready: it would have kept depth 0 although it needs something.
    for (const one of clusters) if (among.needs(one.id).length > 0) expect(among.depth.get(one.id)).toBeGreaterThan(0);
  });

  test('a chain of 2,000 steps is drawn as few boxes too', () => {
    const chain = Array.from({ length: 2000 }, (_, i) => ({ name: `s${i}x`, needs: i === 0 ? [] : [`s${i - 1}x`] }));
    expect(clustersOf(chain, new Structure(chain)).length).toBeLessThanOrEqual(120);
  });

  test('an opened group falls apart into its steps', () => {
    const steps = large(400);
    const clusters = clustersOf(steps, new Structure(steps));
    const group = clusters.find((one) => one.members.length > 1);
    const after = opened(clusters, new Set([group?.id ?? '']));
    expect(after).toHaveLength(clusters.length - 1 + (group?.members.length ?? 0));
  });

  test('the layout is kept under the structure alone', () => {
    const steps = login();
    const key = (of: Phase[]) => {
      const structure = new Structure(of);
      const clusters = clustersOf(of, structure);
      return layoutKey(clusters, edgesOf(clusters, structure));
    };
    expect(key(steps.map((step) => ({ ...step, status: 'SUCCESS' as const })))).toBe(key(steps));
    expect(key(steps.map((step) => ({ ...step, needs: [] })))).not.toBe(key(steps));
  });

  test('upstream and downstream reach through the whole graph, without the step itself', () => {
    const structure = new Structure(login());
    expect([...structure.ancestors(['review'])].sort()).toEqual(['implement', 'lint', 'plan', 'test-linux', 'test-windows']);
    expect([...structure.descendants(['test-linux'])]).toEqual(['review']);
  });

  test('arrows go to the nearest box in their direction', () => {
    const places = new Map([
      ['a', { x: 0, y: 100 }],
      ['b', { x: 250, y: 0 }],
      ['c', { x: 250, y: 100 }],
      ['d', { x: 250, y: 200 }],
    ]);
    expect([nextBox(places, 'a', 'ArrowRight'), nextBox(places, 'c', 'ArrowUp'), nextBox(places, 'c', 'ArrowDown')]).toEqual([
      'c',
      'b',
      'd',
    ]);
    expect(nextBox(places, 'b', 'ArrowUp')).toBeNull();
  });
});
