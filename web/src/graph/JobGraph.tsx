import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type Edge as FlowEdge,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { Phase } from '../api/types';
import { ErrorState, Skeleton } from '../shared/States';
import { lookOf } from '../shared/status';
import css from './graph.module.css';
import { layoutKey, placesOf, shapeOf, sizes, type Places } from './layout';
import { statusOf, StepBox, type StepNode } from './nodes';
import { clustersOf, edgesOf, opened, type Cluster, type Edge, type Structure } from './structure';
import { isArrow, nextBox } from './walk';

interface Props {
  steps: Phase[];
  structure: Structure;
  /** The step whose drawer is open. */
  current: string | null;
  selected: ReadonlySet<string>;
  /** Steps outside stay where they are, faintly. */
  shown: ReadonlySet<string>;
  onOpen: (step: string) => void;
  onSelect: (steps: string[], add: boolean) => void;
}

const nodeTypes = { step: StepBox };
const groupOpenLimit = 150;
/** So few are shown as a whole. */
const fitLimit = 24;
const readable = 0.8;

export function JobGraph(props: Props) {
  const { steps, structure } = props;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const names = steps.map((step) => step.name).join(' ');
  // Only the structure is looked at: a status that changes moves nothing and lays nothing out again.
  const { clusters, edges } = useMemo(() => {
    const clusters = opened(clustersOf(steps, structure), open);
    return { clusters, edges: edgesOf(clusters, structure) };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `names` stands for `steps`, whose statuses change all the time.
  }, [names, structure, open]);
  const {
    data: places,
    error,
    refetch,
  } = useQuery({
    queryKey: ['layout', layoutKey(clusters, edges)],
    queryFn: () => placesOf(clusters, edges),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!places) return <Skeleton />;
  return (
    <ReactFlowProvider>
      <Drawing {...props} clusters={clusters} edges={edges} places={places} onExpand={(id) => setOpen(new Set([...open, id]))} />
    </ReactFlowProvider>
  );
}

interface DrawingProps extends Props {
  clusters: Cluster[];
  edges: Edge[];
  places: Places;
  onExpand: (group: string) => void;
}

function Drawing({ steps, current, selected, shown, onOpen, onSelect, clusters, edges, places, onExpand }: DrawingProps) {
  const flow = useReactFlow();
  const { colorScheme } = useMantineColorScheme();
  const [focused, setFocused] = useState<string | null>(null);
  const [ready, setReady] = useState(false);
  const size = useStore(({ width, height }) => `${width}×${height}`);
  const area = useRef<HTMLDivElement>(null);
  const byName = useMemo(() => new Map(steps.map((step) => [step.name, step])), [steps]);
  const tabStop = [focused, current, clusters[0]?.id].find((id) => id !== null && id !== undefined && places.has(id));

  // What did not change keeps its identity, so that moving about draws no box again.
  const nodes = useMemo(
    () =>
      clusters.flatMap((one): StepNode[] => {
        const position = places.get(one.id);
        if (!position) return [];
        const members = one.members.flatMap((name) => byName.get(name) ?? []);
        const shape = shapeOf(one, clusters.length);
        return [
          {
            id: one.id,
            type: 'step',
            position,
            ...sizes[shape],
            data: {
              shape,
              label: one.label,
              steps: members,
              selected: one.members.every((name) => selected.has(name)),
              current: one.id === current,
              dim: !one.members.some((name) => shown.has(name)),
              tabStop: one.id === tabStop,
            },
          },
        ];
      }),
    [clusters, places, byName, selected, current, shown, tabStop],
  );
  const flowEdges = useMemo(() => edges.flatMap((edge) => lineOf(edge, places, focused)), [edges, places, focused]);

  const activate = (id: string, event: MouseEvent | KeyboardEvent) => {
    const one = clusters.find((cluster) => cluster.id === id);
    if (!one) return;
    setFocused(id);
    if (event.shiftKey || event.metaKey || event.ctrlKey) onSelect(one.members, true);
    else if (one.members.length === 1) onOpen(id);
    else if (one.members.length <= groupOpenLimit) onExpand(id);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-node]')?.dataset.node;
    if (id === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      activate(id, event);
    } else if (isArrow(event.key)) {
      const next = nextBox(places, id, event.key);
      if (next !== null) setFocused(next);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  // The focused box is brought into view first: what is far outside is not mounted and cannot take the focus.
  useEffect(() => {
    const place = focused === null ? undefined : places.get(focused);
    const box = area.current?.getBoundingClientRect();
    if (!place || !box || focused === null) return;
    const at = flow.flowToScreenPosition(place);
    const outside = at.x < box.left || at.y < box.top || at.x > box.right - 200 || at.y > box.bottom - 60;
    if (outside) void flow.setCenter(place.x + 100, place.y + 30, { zoom: flow.getZoom(), duration: 120 });
    const frame = requestAnimationFrame(() =>
      area.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(frame);
  }, [focused, places, flow]);

  // Opening a step makes the picture narrower: what was opened stays in sight, and large enough to be read.
  useEffect(() => {
    const place = current === null ? undefined : places.get(current);
    if (!place || !ready) return;
    const frame = requestAnimationFrame(() => {
      void flow.setCenter(place.x + 100, place.y + 30, { zoom: Math.max(readable, flow.getZoom()), duration: 160 });
    });
    return () => cancelAnimationFrame(frame);
  }, [current, places, flow, ready, size]);

  const start = () => {
    setReady(true);
    if (clusters.length <= fitLimit || current !== null) return;
    // A whole large graph is unreadable: begin where something happens.
    const interesting = clusters.find((one) =>
      /FAILED|RUNNING|REVIEWING|APPROVAL/.test(statusOf(one.members.flatMap((m) => byName.get(m) ?? []))),
    );
    const place = places.get(interesting?.id ?? clusters[0]?.id ?? '');
    if (place) void flow.setCenter(place.x + 200, place.y, { zoom: 0.9 });
  };

  return (
    <div
      ref={area}
      className={css.area}
      role="group"
      aria-label="Graph of the steps"
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const id = event.target.closest<HTMLElement>('[data-node]')?.dataset.node;
        if (id !== undefined) setFocused(id);
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={flowEdges}
        nodeTypes={nodeTypes}
        colorMode={colorScheme === 'dark' ? 'dark' : 'light'}
        onNodeClick={(event, node) => activate(node.id, event)}
        onInit={start}
        fitView={clusters.length <= fitLimit}
        fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
        minZoom={0.05}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={clusters.length > 60}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        disableKeyboardA11y
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} />
        {clusters.length > 12 && (
          <MiniMap<StepNode>
            pannable
            zoomable
            nodeColor={(node) => `var(--lg-${lookOf(statusOf(node.data.steps)).tone})`}
            nodeStrokeWidth={0}
          />
        )}
      </ReactFlow>
    </div>
  );
}

function lineOf({ from, to }: Edge, places: Places, focused: string | null): FlowEdge[] {
  const start = places.get(from);
  const end = places.get(to);
  if (!start || !end) return [];
  const touched = from === focused || to === focused;
  // Where a long chain goes on in the next row, its line goes round the boxes, not through them.
  const back = end.x <= start.x;
  const className = (touched ? css.edgeTouched : css.edge) ?? '';
  const type = back ? 'smoothstep' : 'default';
  return [{ id: `${from}→${to}`, source: from, target: to, className, focusable: false, type }];
}
