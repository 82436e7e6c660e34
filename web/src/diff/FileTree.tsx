import { Check, Folder } from 'lucide-react';
import type { DiffFile } from './diffApi';
import css from './diff.module.css';

interface Branch {
  name: string;
  branches: Branch[];
  files: DiffFile[];
}

/** Folders with one folder in them are one line: `src/app/session`. */
export function treeOf(files: readonly DiffFile[]): Branch {
  const root: Branch = { name: '', branches: [], files: [] };
  for (const file of files) {
    let at = root;
    for (const name of file.path.split('/').slice(0, -1)) {
      let next = at.branches.find((branch) => branch.name === name);
      if (!next) at.branches.push((next = { name, branches: [], files: [] }));
      at = next;
    }
    at.files.push(file);
  }
  return { ...root, branches: root.branches.map(joined) };
}

function joined(branch: Branch): Branch {
  const only = branch.branches[0];
  if (branch.files.length === 0 && branch.branches.length === 1 && only)
    return joined({ ...only, name: `${branch.name}/${only.name}` });
  return { ...branch, branches: branch.branches.map(joined) };
}

interface Props {
  files: readonly DiffFile[];
  isViewed: (file: DiffFile) => boolean;
  onPick: (file: DiffFile) => void;
}

const letters: Record<DiffFile['status'], string> = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R', binary: 'B' };

export function FileTree(props: Props) {
  return (
    <nav className={css.tree} aria-label="Changed files">
      <Level branch={treeOf(props.files)} depth={0} {...props} />
    </nav>
  );
}

function Level({ branch, depth, isViewed, onPick }: { branch: Branch; depth: number } & Omit<Props, 'files'>) {
  const indent = { paddingLeft: 8 + depth * 14 };
  return (
    <ul>
      {branch.branches.map((one) => (
        <li key={one.name}>
          <span className={css.folder} style={indent}>
            <Folder size={13} aria-hidden /> {one.name}
          </span>
          <Level branch={one} depth={depth + 1} isViewed={isViewed} onPick={onPick} />
        </li>
      ))}
      {branch.files.map((file) => (
        <li key={file.path}>
          <button type="button" className={`${css.leaf} pick`} style={indent} title={file.path} onClick={() => onPick(file)}>
            <span className={css.letter} data-status={file.status} aria-label={file.status}>
              {letters[file.status]}
            </span>
            <span className={css.leafName}>{file.path.slice(file.path.lastIndexOf('/') + 1)}</span>
            {isViewed(file) && <Check size={12} aria-label="viewed" />}
          </button>
        </li>
      ))}
    </ul>
  );
}
