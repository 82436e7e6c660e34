import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { copyText } from '../shared/copy';

interface State {
  error: Error | null;
  place: string;
}

/** A mistake in one page leaves the frame standing: another place can be chosen, and the mistake can be reported. */
export class PageGuard extends Component<{ place: string; children: ReactNode }, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  // Another place is another page: the mistake stays behind.
  static getDerivedStateFromProps({ place }: { place: string }, state: State): Partial<State> | null {
    return place === state.place ? null : { error: null, place };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="state" role="alert">
        <h2>This page made a mistake</h2>
        <p>{error.message}</p>
        <p>Your jobs are not affected: the page only shows them.</p>
        <div className="decision-buttons">
          <Button onClick={() => location.reload()}>Load again</Button>
          <Button variant="default" onClick={() => void copyText(error.stack ?? error.message, 'Report')}>
            Copy report
          </Button>
        </div>
      </div>
    );
  }
}
