// A real server over a home, a repository and jobs of its own, and the command line beside it.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { launcher } from './places';

const run = promisify(execFile);
const largestOutput = 64 * 1024 * 1024;

interface Serving {
  process: ChildProcess;
  url: string;
  link: string;
}

export interface JobEvent {
  seq: number;
  type: string;
  actor: string;
  reason?: string;
  step?: string;
  attempt?: number;
}

export interface Attempt {
  number: number;
  kind: string;
  status: string;
  requested_by: string | null;
  reason: string | null;
  output_path: string;
}

export class Logist {
  private readonly root = mkdtempSync(join(tmpdir(), 'logist-page-'));
  private readonly repo = join(this.root, 'repo');
  private readonly marks = join(this.root, 'marks');
  private readonly environment: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: join(this.root, 'home'),
    LOGIST_HOME: join(this.root, 'home', 'logist'),
    LOGIST_JOBS_DIR: undefined,
    LOGIST_JOB_ID: undefined,
  };
  private serving: Serving | null = null;

  static async start(): Promise<Logist> {
    const logist = new Logist();
    for (const directory of [logist.repo, logist.marks, join(logist.root, 'home')]) mkdirSync(directory);
    writeFileSync(join(logist.root, 'home', '.gitconfig'), '[user]\n  name = Olga Operator\n  email = olga@example.org\n');
    await logist.git('init', '-q', '-b', 'main');
    writeFileSync(join(logist.repo, 'README.md'), '# Shop\n\nIt sells things.\n');
    await logist.git('add', '.');
    await logist.git('commit', '-q', '-m', 'The shop');
    await logist.serve(0);
    return logist;
  }

  /** Signs one browser in. */
  get link(): string {
    return this.server.link;
  }

  get url(): string {
    return this.server.url;
  }

  get jobs(): string {
    return join(this.root, 'home', 'logist', 'jobs');
  }

  workspace(job: string): string {
    return join(this.jobs, job, 'workspace');
  }

  /** Registers a job. `$await x` in a step waits for `mark('x')`, and for nothing any more when the test is over. */
  async create(name: string, steps: string): Promise<void> {
    const file = join(this.root, `${name}.yaml`);
    const awaiting = /\$await ([\w-]+)/g;
    const waits = (_: string, mark: string) =>
      `until [ -e ${this.marks}/${mark} ] || [ ! -d ${this.marks} ]; do sleep 0.02; done`;
    writeFileSync(file, steps.replace(awaiting, waits).replaceAll('$marks', this.marks));
    await this.cli('job', 'create', file, '--name', name, '--source', this.repo);
  }

  mark(name: string): void {
    writeFileSync(join(this.marks, name), '');
  }

  /** What a step left beside the marks. */
  left(name: string): string {
    return readFileSync(join(this.marks, name), 'utf8');
  }

  /** What the command printed; a command that fails fails the test. */
  async cli(...words: string[]): Promise<string> {
    const options = { cwd: this.repo, env: this.environment, maxBuffer: largestOutput };
    return (await run(launcher, [...words, '--no-input'], options)).stdout;
  }

  async history(job: string): Promise<JobEvent[]> {
    return (JSON.parse(await this.cli('job', 'history', job, '--json')) as { items: JobEvent[] }).items;
  }

  /** The attempts of the job's last run, by step. */
  async attempts(job: string): Promise<Map<string, Attempt[]>> {
    const text = await this.cli('job', 'inspect', job, '--json');
    const { runs } = JSON.parse(text) as { runs: { tasks: { step: string; attempts: Attempt[] }[] }[] };
    return new Map((runs.at(-1)?.tasks ?? []).map(({ step, attempts }) => [step, attempts]));
  }

  async serve(port: number): Promise<void> {
    const child = spawn(launcher, ['serve', '--port', String(port), '--json'], {
      cwd: this.repo,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const [piece] of on(child.stdout, 'data', { close: ['end'] })) {
      said += String(piece);
      const told = parsed(said);
      if (told) {
        this.serving = { process: child, ...told };
        return;
      }
    }
    throw new Error(`logist serve ended before it served: ${said}`);
  }

  /** As a crash or the out-of-memory killer does it: nothing is said goodbye to. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Starts a server in the place of one that is gone: pages that are open find it under the same address. */
  async serveAgain(): Promise<void> {
    await this.serve(Number(new URL(this.url).port));
  }

  /** Ends the server and every step, waits until no process of theirs is left, and removes what they left. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.marks, { recursive: true });
    await expect.poll(() => this.processes(), { message: 'a process outlived its test' }).toEqual([]);
    rmSync(this.root, { recursive: true });
  }

  private get server(): Serving {
    if (!this.serving) throw new Error('no server was started');
    return this.serving;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this.server;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private git(...words: string[]) {
    return run('git', words, { cwd: this.repo, env: this.environment });
  }

  /** Everything that was started for this test carries its home in its environment. */
  private processes(): string[] {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && readQuietly(`/proc/${pid}/environ`).includes(this.root));
  }
}

function parsed(text: string): { url: string; link: string } | null {
  try {
    return JSON.parse(text) as { url: string; link: string };
  } catch {
    return null;
  }
}

/** A process may end between being listed and being read. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
