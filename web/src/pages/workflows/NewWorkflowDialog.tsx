import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, post } from '../../api/client';
import type { Template } from '../../api/requests';
import { useReadOnly } from '../../shared/readOnly';
import { toast, toastProblem } from '../../shared/toasts';
import { useUrl } from '../../shared/url';

const example = `steps:
  work: { prompt: "Describe what to do" }
  test: { needs: [work], run: make test }
`;

export function NewWorkflowDialog({ onClose }: { onClose: () => void }) {
  const { set } = useUrl();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [yaml, setYaml] = useState(example);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const readOnly = useReadOnly();
  const [busy, setBusy] = useState(false);

  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await post<Template>('/workflow-templates', { name: name.trim(), yaml });
      await queries.invalidateQueries({ queryKey: ['templates'] });
      toast('ok', `Workflow ${made.name} saved`);
      set({ dialog: null, workflow: made.id });
    } catch (error) {
      if (error instanceof ApiProblem) setProblem(error);
      else toastProblem('Save the workflow', error);
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title="New workflow" size={640}>
      <div className="start">
        <TextInput
          label="Name"
          placeholder="fix-issue"
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Definition"
          classNames={{ input: 'mono' }}
          autosize
          minRows={10}
          maxRows={22}
          spellCheck={false}
          value={yaml}
          onChange={(event) => setYaml(event.currentTarget.value)}
        />
        {problem && (
          <div className="notice problem-list" role="alert">
            <b>{problem.message}</b>
            {problem.errors.map(({ pointer, detail }) => (
              <span key={pointer + detail}>
                <code>{pointer}</code> {detail}
              </span>
            ))}
          </div>
        )}
        <div className="dialog-end">
          <span className="dim">{readOnly}</span>
          <Button variant="default" onClick={onClose}>
            Do nothing
          </Button>
          <Button loading={busy} disabled={name.trim() === '' || readOnly !== null} onClick={() => void save()}>
            Save workflow
          </Button>
        </div>
      </div>
    </Modal>
  );
}
