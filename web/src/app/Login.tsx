import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { Mark } from './Mark';
import { enterByToken } from './session';
import './login.css';

export function Login() {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await enterByToken(token.trim());
      await queries.invalidateQueries();
    } catch (refused) {
      setError(refused instanceof Error ? refused.message : String(refused));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form onSubmit={(event) => void submit(event)}>
        <Mark size={36} />
        <h1>Open the Runs Center</h1>
        <p>
          Open the link that <code>logist serve</code> printed: it signs this browser in by itself. Or paste the token.
        </p>
        <PasswordInput
          label="Token"
          description={
            <>
              Line “token” of <code>server.json</code> in the Logist home directory
            </>
          }
          size="sm"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={error}
          autoComplete="off"
          data-autofocus
          autoFocus
        />
        <Button type="submit" size="sm" loading={busy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
