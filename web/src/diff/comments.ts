// What someone remarks about lines of a diff while they decide about it: kept in this browser until it is sent back to the agent.
import type { Need } from '../api/types';
import { kept } from '../shared/kept';

export interface Comment {
  path: string;
  /** Which file the number is of: the one before the change, or the one after it. */
  side: 'before' | 'after';
  line: number;
  code: string;
  text: string;
}

/** Comments about what one request for approval asks. */
export interface Review {
  comments: readonly Comment[];
  /** Adds it, or puts it in the place of the one about the same line. */
  put: (comment: Comment) => void;
  remove: (comment: Comment) => void;
  clear: () => void;
}

const mostReviews = 20;
const none: readonly Comment[] = [];
const store = kept('logist.comments', (found) => (found ?? {}) as Record<string, readonly Comment[]>);

/** A gate that asks about other files asks anew: what was said about the earlier ones is not about these. */
export const reviewOf = ({ task_id, commit, etag }: Pick<Need, 'task_id' | 'commit' | 'etag'>): string =>
  `${task_id ?? ''}@${commit ?? etag}`;

export function useReview(review: string): Review {
  const comments = store.use()[review] ?? none;
  const others = ({ path, side, line }: Comment) =>
    (store.get()[review] ?? none).filter((one) => one.path !== path || one.side !== side || one.line !== line);
  return {
    comments,
    put: (comment) => put(review, [...others(comment), comment]),
    remove: (comment) => put(review, others(comment)),
    clear: () => put(review, []),
  };
}

/** The comments as an agent reads them: where, the line itself, and what is said about it. */
export function feedbackOf(comments: readonly Comment[]): string {
  return [...comments]
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
    .map(({ path, side, line, code, text }) => `${path}:${line}${side === 'before' ? ' (removed)' : ''}\n> ${code}\n${text}`)
    .join('\n\n');
}

function put(review: string, comments: readonly Comment[]): void {
  const others = Object.entries(store.get()).filter(([one]) => one !== review);
  store.put(Object.fromEntries([...others, ...(comments.length > 0 ? [[review, comments] as const] : [])].slice(-mostReviews)));
}
