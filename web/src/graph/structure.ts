// Who depends on whom. Statuses play no part here, so nothing moves when they change.

export interface Linked {
  name: string;
  needs: string[];
}

export class Structure {
  /** Length of the longest way from a first step. */
  readonly depth = new Map<string, number>();
  readonly dependents = new Map<string, string[]>();
  readonly #needs = new Map<string, string[]>();

  constructor(steps: readonly Linked[]) {
    const names = new Set(steps.map((step) => step.name));
    for (const { name, needs } of steps) {
      const known = needs.filter((need) => names.has(need));
      this.#needs.set(name, known);
      for (const need of known) this.dependents.set(need, [...(this.dependents.get(need) ?? []), name]);
    }
    this.#measure();
  }

  needs(step: string): readonly string[] {
    return this.#needs.get(step) ?? [];
  }

  ancestors(steps: Iterable<string>): Set<string> {
    return reach(steps, (step) => this.needs(step));
  }

  descendants(steps: Iterable<string>): Set<string> {
    return reach(steps, (step) => this.dependents.get(step) ?? []);
  }

  // In order of readiness, not by recursion: a chain of 2,000 steps is deeper than some stacks.
  #measure(): void {
    const open = new Map([...this.#needs].map(([name, needs]) => [name, needs.length]));
    const ready = [...open].filter(([, count]) => count === 0).map(([name]) => name);
    for (const name of ready) this.depth.set(name, 0);
    for (const name of ready) {
      for (const next of this.dependents.get(name) ?? []) {
        this.depth.set(next, Math.max(this.depth.get(next) ?? 0, (this.depth.get(name) ?? 0) + 1));
        const left = (open.get(next) ?? 1) - 1;
        open.set(next, left);
        if (left === 0) ready.push(next);
      }
    }
  }
}

/** Everything that can be reached, without the starting points themselves (unless one is reached from another). */
function reach(from: Iterable<string>, next: (step: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const other of next(step)) {
      if (found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return found;
}

export interface Cluster {
  id: string;
  label: string;
  members: string[];
}

/** At most so many boxes are drawn before alike steps are drawn as one. */
export const drawnLimit = 200;
const clusterLimit = 120;

/**
 * Which steps are drawn together: each for itself up to 200; else those with one name but for its number, at one depth; else whole
 * depths; else neighbouring depths. Every edge still goes from a smaller to a greater depth, so the picture stays a graph without circles.
 */
export function clustersOf(steps: readonly Linked[], structure: Structure): Cluster[] {
  const alone = steps.map((step) => ({ id: step.name, label: step.name, members: [step.name] }));
  if (steps.length <= drawnLimit) return alone;
  const depthOf = (step: Linked) => structure.depth.get(step.name) ?? 0;
  const stem = (name: string) => name.replace(/[-_]?\d+$/, '');
  const byName = cluster(
    steps,
    (step) => `${stem(step.name)}@${depthOf(step)}`,
    (step) => stem(step.name),
  );
  if (byName.length <= clusterLimit) return byName;
  const depths = Math.max(...structure.depth.values()) + 1;
  const thick = Math.ceil(depths / clusterLimit);
  const band = (step: Linked) => Math.floor(depthOf(step) / thick);
  return cluster(
    steps,
    (step) => `level-${band(step)}`,
    (step) => `level ${band(step) + 1}`,
  );
}

function cluster(steps: readonly Linked[], key: (step: Linked) => string, label: (step: Linked) => string): Cluster[] {
  const found = new Map<string, Cluster>();
  for (const step of steps) {
    const id = `group:${key(step)}`;
    const one = found.get(id) ?? { id, label: label(step), members: [] };
    one.members.push(step.name);
    found.set(id, one);
  }
  // A group of one is that step.
  return [...found.values()].map((one) =>
    one.members.length === 1 ? { id: String(one.members[0]), label: String(one.members[0]), members: one.members } : one,
  );
}

/** Opened groups fall apart into their members. */
export function opened(clusters: Cluster[], open: ReadonlySet<string>): Cluster[] {
  return clusters.flatMap((one) =>
    open.has(one.id) ? one.members.map((name) => ({ id: name, label: name, members: [name] })) : [one],
  );
}

export interface Edge {
  from: string;
  to: string;
}

export function edgesOf(clusters: Cluster[], structure: Structure): Edge[] {
  const home = new Map(clusters.flatMap((one) => one.members.map((member) => [member, one.id] as const)));
  const edges = new Map<string, Edge>();
  for (const [member, to] of home) {
    for (const need of structure.needs(member)) {
      const from = home.get(need);
      if (from !== undefined && from !== to) edges.set(`${from}→${to}`, { from, to });
    }
  }
  return [...edges.values()];
}
