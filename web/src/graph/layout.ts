// Places by the structure alone. ELK works in a worker of its own file, fetched only when a graph is drawn.
import type { ELK } from 'elkjs/lib/elk-api.js';
import { Structure, type Cluster, type Edge } from './structure';

export interface Box {
  width: number;
  height: number;
}
export type Places = ReadonlyMap<string, { x: number; y: number }>;

export const sizes = {
  card: { width: 208, height: 64 },
  pill: { width: 148, height: 30 },
  group: { width: 208, height: 64 },
} satisfies Record<string, Box>;
export type NodeShape = keyof typeof sizes;

const cardLimit = 60;

/** Few steps have room for a card each; many are pills; several in one are a group. */
export function shapeOf(cluster: Cluster, drawn: number): NodeShape {
  if (cluster.members.length > 1) return 'group';
  return drawn <= cardLimit ? 'card' : 'pill';
}

/** The same for the same picture: what a layout is kept under. */
export function layoutKey(clusters: Cluster[], edges: Edge[]): string {
  return `${clusters.map((one) => one.id).join(' ')}|${edges.map(({ from, to }) => `${from}>${to}`).join(' ')}`;
}

/** A longer chain goes on in another row, as text does: a picture of one endless row shows nothing. */
const longChain = 16;
const wrapping = {
  'elk.layered.wrapping.strategy': 'MULTI_EDGE',
  'elk.layered.wrapping.additionalEdgeSpacing': '24',
  'elk.aspectRatio': '1.8',
};

function longest(clusters: Cluster[], edges: Edge[]): number {
  const needs = new Map(clusters.map((one) => [one.id, [] as string[]]));
  for (const { from, to } of edges) needs.get(to)?.push(from);
  const { depth } = new Structure([...needs].map(([name, of]) => ({ name, needs: of })));
  return Math.max(0, ...depth.values());
}

let elk: Promise<ELK> | undefined;

/** The engine takes longer to start than a graph to be laid out: it starts while the drawing library is still on its way. */
export function startEngine(): Promise<ELK> {
  elk ??= start().catch((error: unknown) => {
    elk = undefined;
    throw error;
  });
  return elk;
}

const known = new Map<string, Promise<Places>>();

export function placesOf(clusters: Cluster[], edges: Edge[]): Promise<Places> {
  const key = layoutKey(clusters, edges);
  let places = known.get(key);
  if (!places) {
    places = arrange(clusters, edges);
    known.set(key, places);
    places.catch(() => known.delete(key));
    const oldest = known.keys().next().value;
    if (known.size > 20 && oldest !== undefined) known.delete(oldest);
  }
  return places;
}

async function arrange(clusters: Cluster[], edges: Edge[]): Promise<Places> {
  const engine = await startEngine();
  const root = await engine.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': clusters.length <= cardLimit ? '64' : '48',
      'elk.spacing.nodeNode': clusters.length <= cardLimit ? '20' : '10',
      // Steps keep the order of the workflow file where the drawing allows it.
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      ...(longest(clusters, edges) > longChain ? wrapping : {}),
    },
    children: clusters.map((one) => ({ id: one.id, ...sizes[shapeOf(one, clusters.length)] })),
    edges: edges.map(({ from, to }) => ({ id: `${from}→${to}`, sources: [from], targets: [to] })),
  });
  return new Map((root.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}

async function start(): Promise<ELK> {
  const [{ default: Elk }, { default: worker }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  return new Elk({ workerFactory: () => new Worker(worker) });
}
