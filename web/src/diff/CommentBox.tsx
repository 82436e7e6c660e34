import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Comment } from './comments';
import css from './patchRows.module.css';

interface Props {
  comment: Comment;
  /** Whether it is being written. */
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onPut: (comment: Comment) => void;
  onRemove: () => void;
}

/** What is said about the line above it. */
export function CommentBox({ comment, editing, onEdit, onPut, onRemove }: Props) {
  const [text, setText] = useState(comment.text);
  const said = text.trim();
  const save = () => {
    if (said === '') return;
    onPut({ ...comment, text: said });
    onEdit(false);
  };
  if (!editing)
    return (
      <div className={css.comment}>
        <p>{comment.text}</p>
        <Button size="compact-xs" variant="subtle" onClick={() => onEdit(true)}>
          Edit
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onRemove}>
          Delete
        </Button>
      </div>
    );
  return (
    <div className={css.comment} data-editing>
      <Textarea
        aria-label={`Comment on line ${comment.line} of ${comment.path}`}
        placeholder="The agent reads this when the work is sent back."
        autosize
        minRows={2}
        maxRows={10}
        autoFocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) save();
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onEdit(false);
        }}
      />
      <Button size="compact-sm" disabled={said === ''} onClick={save}>
        Comment
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onEdit(false)}>
        Cancel
      </Button>
    </div>
  );
}
