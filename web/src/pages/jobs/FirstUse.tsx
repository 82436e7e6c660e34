import { Button } from '@mantine/core';
import { Copy, FilePlus2, PlayCircle, Sprout } from 'lucide-react';
import { copyText } from '../../shared/copy';
import './first.css';

const cards = [
  {
    icon: PlayCircle,
    title: 'See it work',
    text: 'A tour with a scripted agent: no key, no network.',
    command: 'logist demo --serve',
  },
  {
    icon: Sprout,
    title: 'Start in your repository',
    text: 'Makes a jobs directory and a first workflow.',
    command: 'logist init',
  },
  {
    icon: FilePlus2,
    title: 'Create a job',
    text: 'From a workflow file, and run it at once.',
    command: 'logist job create hello.yaml --run',
  },
];

/** No job yet: three ways to get one. */
export function FirstUse() {
  return (
    <section className="first" aria-label="First steps">
      <h2>No jobs yet</h2>
      <p className="dim">A job is one piece of work that agents do in steps. Three ways to begin:</p>
      <div className="first-cards">
        {cards.map(({ icon: Icon, title, text, command }) => (
          <article key={title}>
            <Icon size={20} aria-hidden />
            <h3>{title}</h3>
            <p>{text}</p>
            <Button
              variant="default"
              fullWidth
              justify="space-between"
              rightSection={<Copy size={13} />}
              onClick={() => void copyText(command, 'Command')}
            >
              <span className="mono">{command}</span>
            </Button>
          </article>
        ))}
      </div>
    </section>
  );
}
