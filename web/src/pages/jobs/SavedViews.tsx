import { ActionIcon, Button, Menu, Modal, TextInput } from '@mantine/core';
import { Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useUrl } from '../../shared/url';
import { deleteView, renameView, saveView, useSavedViews } from './savedViews';

interface Props {
  /** What is looked at now. */
  q: string;
  sort: string | null;
  /** Whether one of the views that are always there shows just this. */
  known: boolean;
}

/** A person's own views beside those that everybody has, and what makes one of what is looked at now. */
export function SavedViews({ q, sort, known }: Props) {
  const { params, set } = useUrl();
  const views = useSavedViews();
  const dialog = params.get('dialog');
  const close = () => set({ dialog: null, view: null });
  const active = views.find((view) => view.q === q && view.sort === sort);
  return (
    <>
      {views.map((view) => (
        <span key={view.name} className="saved" data-active={view === active || undefined}>
          <button
            type="button"
            className="chip"
            aria-pressed={view === active}
            title={view.q}
            onClick={() => set({ q: view.q, sort: view.sort })}
          >
            {view.name}
          </button>
          {view === active && <ViewMenu name={view.name} />}
        </span>
      ))}
      {!known && !active && (q !== '' || sort !== null) && (
        <button type="button" className="chip saved-new" onClick={() => set({ dialog: 'save-view' }, { push: true })}>
          <Plus size={13} aria-hidden /> Save view
        </button>
      )}
      {dialog === 'save-view' && (
        <NameDialog title="Save this view" name="" button="Save" onClose={close} onName={(name) => saveView({ name, q, sort })} />
      )}
      {dialog === 'rename-view' && (
        <NameDialog
          title="Rename this view"
          name={params.get('view') ?? ''}
          button="Rename"
          onClose={close}
          onName={(name) => renameView(params.get('view') ?? '', name)}
        />
      )}
    </>
  );
}

function ViewMenu({ name }: { name: string }) {
  const { set } = useUrl();
  return (
    <Menu withinPortal>
      <Menu.Target>
        <ActionIcon size={24} aria-label={`About the view ${name}`}>
          <Ellipsis size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={14} />} onClick={() => set({ dialog: 'rename-view', view: name }, { push: true })}>
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} />} color="red" onClick={() => deleteView(name)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface NameProps {
  title: string;
  name: string;
  button: string;
  onName: (name: string) => void;
  onClose: () => void;
}

function NameDialog({ title, name, button, onName, onClose }: NameProps) {
  const [text, setText] = useState(name);
  const said = text.trim();
  return (
    <Modal opened onClose={onClose} title={title} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (said === '') return;
          onName(said);
          onClose();
        }}
      >
        <TextInput
          label="Name"
          description="Kept in this browser."
          maxLength={40}
          value={text}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="dialog-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" disabled={said === ''}>
            {button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
